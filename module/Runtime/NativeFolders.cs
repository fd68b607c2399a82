using System.Reflection;

namespace Thesis.Engine.Runtime;

/// <summary>Where native libraries are looked for that packages hold and the build does not copy.</summary>
internal static class NativeFolders
{
    /// <summary>The runtime identifier of the packages' native folders.</summary>
    public static string RuntimeIdentifier =>
        OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";

    /// <summary>The folder of NuGet's packages.</summary>
    public static string PackageCache
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES");
            return !string.IsNullOrEmpty(cache)
                ? cache
                : Path.Combine(Home, ".nuget", "packages");
        }
    }

    /// <summary>What an administrator installs for all users of the module.</summary>
    public static string OfAllUsers => Path.Combine(Here, "native");

    /// <summary>What a user installs.</summary>
    public static string OfUser => Path.Combine(
        Folder(Environment.SpecialFolder.LocalApplicationData), "thesis", "native",
        $"libtorch-{Version("LibTorchVersion")}-onnxruntime-{Version("OnnxRuntimeVersion")}");

    /// <summary>The user's own folder.</summary>
    public static string Home => Folder(Environment.SpecialFolder.UserProfile);

    private static string Here => Path.GetDirectoryName(typeof(NativeFolders).Assembly.Location)!;

    /// <summary>The folders that belong to the module and its user, in order.</summary>
    public static IEnumerable<string> OfModule()
    {
        yield return OfAllUsers;
        yield return OfUser;
        yield return Here;
        yield return Path.Combine(Here, "runtimes", RuntimeIdentifier, "native");
        // Where TorchSharp does not look: it would open its library itself, as it is.
        yield return Path.Combine(Here, "natives", RuntimeIdentifier);
    }

    /// <summary>The native folder of a package in the cache.</summary>
    /// <param name="package">The package, in lower case.</param>
    /// <param name="versionKey">The key under which this assembly's metadata hold its version.</param>
    public static string OfPackage(string package, string versionKey) =>
        Path.Combine(PackageCache, package, Version(versionKey), "runtimes", RuntimeIdentifier, "native");

    /// <summary>A library's file name on this system.</summary>
    public static string FileName(string library) => OperatingSystem.IsWindows()
        ? $"{library}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    // Unless told not to look, the system calls a folder that nobody has made yet "", and a path in it would be relative.
    private static string Folder(Environment.SpecialFolder folder) =>
        Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);

    /// <summary>A package's version, from this assembly's metadata.</summary>
    public static string Version(string key) => typeof(NativeFolders).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
