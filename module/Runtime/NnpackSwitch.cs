using System.Runtime.InteropServices;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Turns off NNPACK, libtorch's second library of convolutions. Where the processor does not suit it, libtorch says so on
/// the terminal, a line for each convolution, past PowerShell's streams; where it does, it takes some batch sizes and not
/// others, and an image's logits would depend on how many images are classified at once.
/// <para>
/// TorchSharp has no call for it, so libtorch's own is looked up: at::globalContext().setUserEnabledNNPACK(false), by the
/// names that compilers other than Microsoft's give it. A library without it, as on Windows, has no NNPACK either.
/// </para>
/// </summary>
internal static unsafe class NnpackSwitch
{
    private const string ContextName = "_ZN2at13globalContextEv";
    private const string EnableName = "_ZN2at7Context20setUserEnabledNNPACKEb";
    private const string EnabledName = "_ZNK2at7Context17userEnabledNNPACKEv";

    /// <summary>Turns it off, for the process.</summary>
    /// <param name="libraries">The opened files of libtorch.</param>
    public static void TurnOff(IEnumerable<string> libraries)
    {
        foreach (var library in libraries)
        {
            if (Find(library, EnableName) is not { } call) continue;
            ((delegate* unmanaged[Cdecl]<nint, byte, void>)call.Function)(call.Context, 0);
            return;
        }
    }

    /// <summary>Whether libtorch may use it; null where the library has no such switch.</summary>
    internal static bool? IsOn(IEnumerable<string> libraries)
    {
        foreach (var library in libraries)
        {
            if (Find(library, EnabledName) is not { } call) continue;
            return ((delegate* unmanaged[Cdecl]<nint, byte>)call.Function)(call.Context) != 0;
        }

        return null;
    }

    private static (nint Context, nint Function)? Find(string library, string function)
    {
        var handle = NativeLibrary.Load(library);
        if (!NativeLibrary.TryGetExport(handle, ContextName, out var context)) return null;
        if (!NativeLibrary.TryGetExport(handle, function, out var found)) return null;
        return (((delegate* unmanaged[Cdecl]<nint>)context)(), found);
    }
}
