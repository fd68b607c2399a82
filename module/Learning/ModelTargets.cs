using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>The files that a training writes: the model, its curve, and its checkpoint until it ends.</summary>
internal static class ModelTargets
{
    private const string Extension = ".safetensors";
    private const string CheckpointSuffix = ".checkpoint" + Extension;

    /// <summary>Where a run to <paramref name="destination"/> saves itself until it ends.</summary>
    public static string CheckpointPath(string destination) => Path.ChangeExtension(destination, null) + CheckpointSuffix;

    /// <summary>Checks the targets: what exists is replaced or continued only when asked.</summary>
    /// <exception cref="InputException"><c>ModelFormatUnknown</c>, <c>FileExists</c>, <c>CheckpointExists</c>.</exception>
    public static void Require(string destination, bool resume, bool overwrite)
    {
        if (!Extension.Equals(Path.GetExtension(destination), StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException(
                "ModelFormatUnknown", FaultKind.NotSupported, $"A model is written as {Extension}, not as '{destination}'.",
                destination);
        }

        if (overwrite) return;
        foreach (var file in TrainingCurveFiles.Beside(destination).All.Prepend(destination))
        {
            if (File.Exists(file)) throw AtomicFile.Exists(file);
        }

        var checkpoint = CheckpointPath(destination);
        if (resume || !File.Exists(checkpoint)) return;
        throw new InputException(
            "CheckpointExists", FaultKind.AlreadyExists,
            $"'{checkpoint}' holds a run that did not end. Give -Resume to go on with it, or -Force to begin anew.", checkpoint);
    }
}
