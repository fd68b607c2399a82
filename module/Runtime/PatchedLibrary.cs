using System.Security.Cryptography;

namespace Thesis.Engine.Runtime;

/// <summary>
/// A private copy of a native library in which one required symbol version is marked weak, so that an older
/// libstdc++ accepts it. The copy lies in the user's own cache folder, is named by the hash of the original, is
/// compared with what it must be before it is used, and is written whole or not at all. The original stays as it is.
/// </summary>
internal static class PatchedLibrary
{
    /// <summary>The path of the copy, made when it is missing or is not what it should be.</summary>
    public static string For(string original, string version)
    {
        var content = File.ReadAllBytes(original);
        var name = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
        if (ElfSymbolVersion.MarkWeak(content, version) == 0)
        {
            throw new InputException(
                "TorchBackendRefused", FaultKind.ResourceUnavailable,
                $"'{original}' asks for {version}, which this system's libstdc++ lacks, and has no entry that can be "
                + "relaxed. A newer libstdc++ (GCC 13.2 or later) is needed.",
                original);
        }

        var folder = Path.Combine(CacheFolder(), "native", name);
        var copy = Path.Combine(folder, Path.GetFileName(original));
        if (!IsSame(copy, content))
        {
            AtomicFile.Guard(folder, () => CreatePrivateFolder(folder));
            AtomicFile.Write(copy, stream => stream.Write(content));
        }

        return copy;
    }

    private static string CacheFolder()
    {
        var chosen = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        var root = string.IsNullOrEmpty(chosen)
            ? Path.Combine(NativeFolders.Home, ".cache")
            : chosen;
        return Path.Combine(root, "thesis");
    }

    private static bool IsSame(string copy, byte[] content) =>
        File.Exists(copy)
        && new FileInfo(copy).Length == content.Length
        && File.ReadAllBytes(copy).AsSpan().SequenceEqual(content);

    private static void CreatePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
