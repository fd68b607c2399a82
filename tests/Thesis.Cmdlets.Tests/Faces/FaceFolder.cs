namespace Thesis.Cmdlets.Tests.Faces;

/// <summary>
/// A session, and a folder of the test's own with generated faces (features.npy, labels.txt, z.npy), photographs with a detector.onnx,
/// and crops, aligned faces in a folder for each of two people, with a model.onnx (tests/data/faces).
/// </summary>
public sealed class FaceFolder : IDisposable
{
    public FaceFolder()
    {
        var made = Run($$"""
            $set = New-SyntheticFace -Protocol smoke -Destination '{{Path}}'
            $set | Invoke-FaceClustering -DendrogramPath '{{this["z.npy"]}}' | Out-Null
            $set
            """);
        if (made.Output is not [_]) throw new InvalidOperationException(string.Join(", ", made.ErrorIds));
        File.Move(this["identities.txt"], this["labels.txt"]);
        Copy("detector.onnx", "detector.onnx");
        Copy("embedder.onnx", "model.onnx");
        Copy("cells.png", "photographs", "cells.png");
        Copy("empty.png", "photographs", "empty.png");
        for (var face = 0; face < 4; face++)
        {
            foreach (var person in (string[])["bright", "dark"]) Copy($"crop_{person}_{face}.png", "crops", person, $"{face}.png");
        }
    }

    /// <summary>A file of tests/data/faces.</summary>
    public static string Data(string name) => System.IO.Path.Combine(ModuleSession.Root, "tests", "data", "faces", name);

    public ModuleSession Session { get; } = new();

    public string Path { get; } = Directory.CreateTempSubdirectory("thesis-faces-").FullName;

    /// <summary>A path in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Runs a script with the folder as its location.</summary>
    public RunResult Run(string script) =>
        Session.Run($"$ExecutionContext.SessionState.Path.SetLocation('{Path}') | Out-Null\n{script}");

    /// <summary>The files that a fault or a stop left behind.</summary>
    public IEnumerable<string> Leftovers() => Directory.EnumerateFiles(
        Path, "*.tmp", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true });

    private void Copy(string name, params string[] target)
    {
        var path = System.IO.Path.Combine([Path, .. target]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.Copy(Data(name), path);
    }

    public void Dispose()
    {
        Session.Dispose();
        Directory.Delete(Path, recursive: true);
    }
}
