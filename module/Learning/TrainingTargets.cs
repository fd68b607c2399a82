using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>The files that a run writes: the model, what stands beside it, and the checkpoint until it ends.</summary>
public static class TrainingTargets
{
    private const string Extension = ".safetensors";
    private const string CheckpointSuffix = ".checkpoint" + Extension;

    /// <summary>Where a run to <paramref name="destination"/> saves itself until it ends.</summary>
    public static string CheckpointPath(string destination) => Path.ChangeExtension(destination, null) + CheckpointSuffix;

    /// <summary>Checks the targets: what exists is replaced or continued only when that was asked for.</summary>
    /// <param name="destination">The model's file.</param>
    /// <param name="beside">The files beside it.</param>
    /// <param name="overwrite">Whether existing files are replaced.</param>
    /// <param name="resume">Whether a checkpoint is continued.</param>
    /// <exception cref="InputException"><c>ModelFormatUnknown</c>, <c>FileExists</c>, <c>CheckpointExists</c>.</exception>
    public static void Require(string destination, IEnumerable<string> beside, bool overwrite, bool resume)
    {
        if (!Extension.Equals(Path.GetExtension(destination), StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException(
                "ModelFormatUnknown", FaultKind.NotSupported, $"A model is written as {Extension}, not as '{destination}'.",
                destination);
        }

        if (overwrite) return;
        foreach (var file in beside.Prepend(destination))
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
