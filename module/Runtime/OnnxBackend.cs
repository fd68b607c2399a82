using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Finds ONNX Runtime's native library where the packages lie, once a process, before any of its types is touched. Code
/// that uses it calls <see cref="EnsureLoaded"/> first, from a method that names none of its types.
/// </summary>
public static class OnnxBackend
{
    private const string Library = "onnxruntime";

    private static readonly Lock Gate = new();
    private static bool _ready;

    /// <summary>Loads the library when that has not happened yet.</summary>
    /// <exception cref="InputException">
    /// <c>OnnxBackendNotFound</c>: it is in none of the folders; <c>OnnxBackendRefused</c>: the system's loader refuses it.
    /// </exception>
    public static void EnsureLoaded()
    {
        if (Volatile.Read(ref _ready)) return;
        lock (Gate)
        {
            if (_ready) return;
            Resolve(Open(Find()));
            Volatile.Write(ref _ready, true);
        }
    }

    private static string Find()
    {
        var file = NativeFolders.FileName(Library);
        string[] folders =
            [.. NativeFolders.OfModule(), NativeFolders.OfPackage("microsoft.ml.onnxruntime", "OnnxRuntimeVersion")];
        return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists)
            ?? throw new InputException(
                "OnnxBackendNotFound", FaultKind.ResourceUnavailable,
                $"The native library '{file}' of ONNX Runtime {NativeFolders.Version("OnnxRuntimeVersion")} was not found. "
                + $"Looked in: {string.Join("; ", folders)}. Install-ThesisBackend fetches it; so does a restore of the sources.", file);
    }

    private static IntPtr Open(string file)
    {
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            throw new InputException(
                "OnnxBackendRefused", FaultKind.ResourceUnavailable,
                $"The system's loader refuses '{file}': {fault.Message}", file, fault);
        }
    }

    // The package's own resolver looks beside its assembly only.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Resolve(IntPtr library)
    {
        Microsoft.ML.OnnxRuntime.OrtEnv.DisableDllImportResolver = true;
        NativeLibrary.SetDllImportResolver(
            typeof(Microsoft.ML.OnnxRuntime.OrtEnv).Assembly,
            (name, _, _) => name.Contains(Library, StringComparison.OrdinalIgnoreCase) ? library : IntPtr.Zero);
    }
}
