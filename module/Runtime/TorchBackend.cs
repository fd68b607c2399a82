using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Loads TorchSharp's native libraries, once a process, before any tensor type is touched.
/// <para>
/// TorchSharp's own probing hides why a library is refused and, when it fails, copies 490 MB of libtorch beside its
/// assembly. So the libraries are opened here, by absolute path and in the order of their dependencies; TorchSharp's
/// later look-ups by name then find them open. Code that uses tensors calls <see cref="EnsureLoaded"/> first, from a
/// method that names no tensor type itself.
/// </para>
/// </summary>
public static class TorchBackend
{
    /// <summary>The variable that names a folder with libtorch (CPU or CUDA build).</summary>
    public const string FolderVariable = "THESIS_LIBTORCH";

    // The symbol version that TorchSharp's library asks of libstdc++ and never uses; see ElfSymbolVersion.
    private const string NewerLibstdcxx = "GLIBCXX_3.4.32";

    private static readonly Lock Gate = new();
    private static bool _loaded;

    /// <summary>The files that were opened, in order; empty before the first use.</summary>
    public static IReadOnlyList<string> LoadedFiles { get; private set; } = [];

    /// <summary>Loads the libraries when that has not happened yet.</summary>
    /// <exception cref="InputException">
    /// <c>TorchBackendNotFound</c>: a library is in none of the folders; <c>TorchBackendRefused</c>: the system's
    /// loader refuses it; <c>TorchBackendWrong</c>: its convolutions are wrong on this processor. The message names what was looked
    /// for, and where.
    /// </exception>
    public static void EnsureLoaded()
    {
        if (Volatile.Read(ref _loaded)) return;
        lock (Gate)
        {
            if (_loaded) return;
            NativeAllocator.KeepFreedMemory();
            LoadedFiles = LoadAll(new BackendLocation(Folders().ToArray()));
            NnpackSwitch.TurnOff(LoadedFiles);
            StartTensorLibrary();
            ConvolutionLibrary.TurnOffWhereWrong(LoadedFiles);
            Volatile.Write(ref _loaded, true);
        }
    }

    /// <summary>The folders that are searched, in order.</summary>
    internal static IEnumerable<string> Folders()
    {
        var chosen = Environment.GetEnvironmentVariable(FolderVariable);
        if (!string.IsNullOrEmpty(chosen)) yield return Path.GetFullPath(chosen);

        foreach (var folder in NativeFolders.OfModule()) yield return folder;
        yield return NativeFolders.OfPackage($"libtorch-cpu-{NativeFolders.RuntimeIdentifier}", "LibTorchVersion");
        yield return NativeFolders.OfPackage("torchsharp", "TorchSharpVersion");
    }

    private static List<string> LoadAll(BackendLocation location)
    {
        var opened = new List<string>();
        foreach (var (name, required) in Libraries())
        {
            var file = location.Find(NativeFolders.FileName(name), required);
            if (file is null) continue;
            opened.Add(name == "LibTorchSharp" ? OpenTorchSharp(file) : Open(file));
        }

        return opened;
    }

    private static IEnumerable<(string Name, bool Required)> Libraries()
    {
        yield return ("c10", true);
        yield return ("torch_cpu", true);
        yield return ("c10_cuda", false);
        yield return ("torch_cuda", false);
        yield return ("torch", true);
        yield return ("LibTorchSharp", true);
    }

    private static string Open(string file)
    {
        try
        {
            NativeLibrary.Load(file);
            return file;
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            throw Refused(file, fault);
        }
    }

    private static string OpenTorchSharp(string file)
    {
        try
        {
            NativeLibrary.Load(file);
            return file;
        }
        catch (DllNotFoundException fault) when (fault.Message.Contains(NewerLibstdcxx, StringComparison.Ordinal))
        {
            return Open(PatchedLibrary.For(file, NewerLibstdcxx));
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            throw Refused(file, fault);
        }
    }

    private static InputException Refused(string file, Exception fault) => new(
        "TorchBackendRefused", FaultKind.ResourceUnavailable,
        $"The system's loader refuses the native tensor library '{file}': {fault.Message}", file, fault);

    // Runs TorchSharp's initialisation here, where its libraries are known to be open, and not at some first tensor.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StartTensorLibrary() => TorchSharp.torch.InitializeDeviceType(TorchSharp.DeviceType.CPU);

    private sealed record BackendLocation(IReadOnlyList<string> Folders)
    {
        public string? Find(string file, bool required)
        {
            var found = Folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
            if (found is not null || !required) return found;
            throw new InputException(
                "TorchBackendNotFound", FaultKind.ResourceUnavailable,
                $"The native tensor library '{file}' was not found. Looked in: {string.Join("; ", Folders)}. "
                + $"Install-ThesisBackend fetches it; so does a restore of the sources. {FolderVariable} may name a folder with "
                + $"libtorch {NativeFolders.Version("LibTorchVersion")} of your own.",
                file);
        }
    }
}
