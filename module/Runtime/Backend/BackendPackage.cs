namespace Thesis.Engine.Runtime;

/// <summary>A NuGet package with the native libraries of a backend.</summary>
/// <param name="Id">The package's id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Runtime">The runtime identifier whose libraries are taken, such as linux-x64.</param>
/// <param name="Bytes">The package's size.</param>
/// <param name="InstalledBytes">The size of the libraries.</param>
/// <param name="Sha512">SHA-512 of the package, in base64, as NuGet states it.</param>
public sealed record BackendPackage(
    string Id, string Version, string Runtime, long Bytes, long InstalledBytes, string Sha512)
{
    /// <summary>The package's file name, in lower case, as feeds and folders have it.</summary>
    public string FileName => $"{Id}.{Version}.nupkg".ToLowerInvariant();

    /// <summary>The folder within the package that holds the libraries.</summary>
    public string NativeFolder => $"runtimes/{Runtime}/native/";
}

/// <summary>The packages that this build was made and tested with, by system.</summary>
public static class BackendCatalogue
{
    private const string OnnxRuntime = "QvE8+JyhEccfOL7Oz1m+cSXZGYd4QK7/BtsdoCan0eaF2qqgOSVDV/H7hN5D5JJGesJ5vINCDLDVdHLnO0xjJw==";

    /// <summary>libtorch, for training, attacks and every network.</summary>
    public static BackendPackage LibTorch => NativeFolders.RuntimeIdentifier switch
    {
        "win-x64" => Torch(79_854_046, 267_910_656, "qvrEe8b8U1SPnsqShWgJ9gE/UfzFiq+QRPJdAegxwtEBgL/jZPQPvKAhqYkpEe5kb6AXCi840KDqvDaHQuAqEA=="),
        "osx-arm64" => Torch(56_910_439, 245_113_224, "njbW4NbjnO3UYsZymJA5EA8kvFQZveW2rVS07QinYOxxgs6hyZFTI82zBDt0ix1yRRCZ+v+fm+pHXG37WKjyhA=="),
        _ => Torch(128_200_806, 498_006_380, "XjuaFwqqvwstyeUWyz/xtfhODesmagoPKO7T0VRmiW+r0pJwsXB/vHydA7it9xge36PSXW1qLyRRzvM3J8i9UA=="),
    };

    /// <summary>ONNX Runtime, for ONNX models; one package holds it for all systems.</summary>
    public static BackendPackage Onnx => NativeFolders.RuntimeIdentifier switch
    {
        "win-x64" => OnnxOf(17_279_982),
        "osx-arm64" => OnnxOf(44_830_288),
        _ => OnnxOf(29_360_016),
    };

    private static BackendPackage Torch(long bytes, long installed, string sha512) => new(
        $"libtorch-cpu-{NativeFolders.RuntimeIdentifier}", NativeFolders.Version("LibTorchVersion"),
        NativeFolders.RuntimeIdentifier, bytes, installed, sha512);

    private static BackendPackage OnnxOf(long installed) => new(
        "Microsoft.ML.OnnxRuntime", NativeFolders.Version("OnnxRuntimeVersion"), NativeFolders.RuntimeIdentifier,
        159_626_394, installed, OnnxRuntime);
}
