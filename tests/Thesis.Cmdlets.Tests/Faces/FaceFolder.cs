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

        AddProtocols();
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

    // A subtask of IJB-B, and a split of IJB-A with the features of its faces, in the layouts of the datasets.
    private void AddProtocols()
    {
        var subtasks = Directory.CreateDirectory(this["IJB-B/clustering_protocols/test7_clustering"]).FullName;
        File.WriteAllLines(
            System.IO.Path.Combine(subtasks, "ijbb_clustering_test7_ground_truth.csv"),
            ["TEMPLATE_ID,SUBJECT_ID,SIGHTING_ID", "7,1001,1", "8,1002,2", "9,1001,3"]);
        File.WriteAllLines(
            System.IO.Path.Combine(subtasks, "ijbb_clustering_32_hint_100.csv"),
            ["TEMPLATE_ID,FILENAME", "7,img/1.jpg", "9,frames/2_3.png", "8,img/1.jpg"]);
        var split = Directory.CreateDirectory(this["IJB-A_11_sets/split1"]).FullName;
        File.WriteAllLines(
            System.IO.Path.Combine(split, "verify_metadata_1.csv"),
            [
                "TEMPLATE_ID,SUBJECT_ID,FILE,MEDIA_ID",
                .. File.ReadLines(this["labels.txt"]).Select((subject, face) => $"{face},{subject},img/{face}.jpg,{face}"),
            ]);
        File.Copy(this["features.npy"], this["ijba.npy"]);
    }

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
