using System.Runtime.InteropServices;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Switches of libtorch that TorchSharp has no call for: members of at::globalContext(), looked up by the names that compilers
/// other than Microsoft's give them.
/// </summary>
internal static unsafe class TorchContext
{
    private const string ContextName = "_ZN2at13globalContextEv";

    /// <summary>Calls a member that takes a switch's value.</summary>
    /// <param name="libraries">The opened files of libtorch.</param>
    /// <param name="member">Its name in the library.</param>
    /// <param name="value">The value.</param>
    /// <returns>False where no library has it.</returns>
    public static bool TrySet(IEnumerable<string> libraries, string member, bool value)
    {
        if (Find(libraries, member) is not { } call) return false;
        ((delegate* unmanaged[Cdecl]<nint, byte, void>)call.Function)(call.Context, value ? (byte)1 : (byte)0);
        return true;
    }

    /// <summary>Calls a member that tells a switch's value; null where no library has it.</summary>
    public static bool? Get(IEnumerable<string> libraries, string member) =>
        Find(libraries, member) is { } call
            ? ((delegate* unmanaged[Cdecl]<nint, byte>)call.Function)(call.Context) != 0 : null;

    private static (nint Context, nint Function)? Find(IEnumerable<string> libraries, string member)
    {
        foreach (var library in libraries)
        {
            var handle = NativeLibrary.Load(library);
            if (!NativeLibrary.TryGetExport(handle, ContextName, out var context)) continue;
            if (!NativeLibrary.TryGetExport(handle, member, out var found)) continue;
            return (((delegate* unmanaged[Cdecl]<nint>)context)(), found);
        }

        return null;
    }
}
