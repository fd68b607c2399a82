namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>Tests with a folder of their own, in which scripts find slices and write what they make of them.</summary>
public abstract class SliceFolderTests(ModuleSession session) : IDisposable
{
    /// <summary>A slice with metal in it; the folders scans and metal.</summary>
    protected const string Simulate =
        "param($Folder) New-SyntheticScan -Size 64 -Destination \"$Folder/scans\" "
        + "| New-MetalArtifact -Shape Rod -MetalSize 800 -Geometry reduced-64 -Destination \"$Folder/metal\"";

    /// <summary>The folder.</summary>
    protected string Folder { get; } = Directory.CreateTempSubdirectory("thesis-test-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal RunResult Reduce(string paths, string parameters) => Run(
        $"param($Folder) Invoke-MetalArtifactReduction {paths} -Geometry reduced-64 {parameters}"
        + (parameters.Contains("-Destination", StringComparison.Ordinal) ? "" : " -Destination \"$Folder/out\""));

    internal RunResult Run(string script, params (string Name, object? Value)[] parameters) =>
        session.Run(script, [("Folder", Folder), .. parameters]);

    protected string In(string name) => Path.Combine(Folder, name);

    protected IEnumerable<string?> Written() => Directory.Exists(In("out"))
        ? Directory.GetFiles(In("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        : [];
}
