using System.Globalization;
using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>
/// Trains a network that makes features of faces, on folders of identities, and writes it, with its curve, to files.
/// </summary>
public static class EmbedderTrainer
{
    // The probability of Ranjan et al.'s bound on alpha.
    private const double BoundProbability = 0.9;

    /// <summary>Checks the targets: what exists is replaced or continued only when the options say so.</summary>
    /// <exception cref="InputException"><c>ModelFormatUnknown</c>, <c>FileExists</c>, <c>CheckpointExists</c>.</exception>
    public static void RequireTargets(string destination, EmbedderTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TrainingTargets.Require(destination, TrainingCurveFiles.Beside(destination).All, options.Overwrite, options.Resume);
    }

    /// <summary>Trains, writes the model and its curve, and removes the checkpoint.</summary>
    /// <param name="folders">Folders of identities, a folder with the aligned faces of each
    /// (<see cref="IdentityFolders"/>).</param>
    /// <param name="options">The network and its training.</param>
    /// <param name="destination">The model's file, safetensors.</param>
    /// <param name="work">Progress, device, cancellation: the run is saved and can be resumed.</param>
    /// <exception cref="InputException">
    /// <c>IdentitiesTooFew</c>, <c>ImageSizeMismatch</c>, <c>ArchitectureShapeInvalid</c>, <c>InitialModelMismatch</c>,
    /// and the faults of the images, the options, the targets or the checkpoint; <c>TrainingDiverged</c>.
    /// </exception>
    public static EmbedderTrainingResult Train(
        IReadOnlyList<string> folders, EmbedderTrainingOptions options, string destination, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(folders);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        RequireTargets(destination, options);
        AtomicFile.RequireWritable(destination);
        var found = IdentityFolders.Find(folders, options.LeastImages, work);
        WarnOfSmallAlpha(options, found.Names.Count, work);
        var images = FaceImages.Read(found.Files, options.ImageSide, work);
        options.Architecture.RequireShape(images.Shape);
        var (training, validation) = found.Split(options.ValidationShare);
        TorchBackend.EnsureLoaded();
        return Train(
            new Parts(images.Select(training), images.Select(validation), found.Names.Count), options, destination, work);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static EmbedderTrainingResult Train(Parts parts, EmbedderTrainingOptions options, string destination,
        WorkContext work)
    {
        set_num_threads(work.Threads);
        var shape = parts.Training.Shape;
        if (options.InitialModel is { } model) RequireSame(model, options, shape, work);
        var checkpoint = TrainingTargets.CheckpointPath(destination);
        using var task = new EmbedderTrainingTask(
            options, parts.Training, parts.Validation, parts.Identities, TensorDevice.Of(work.Device), work);
        var curve = new Trainer(task, options.Training, checkpoint).Run(options.Resume, work);

        var files = TrainingCurveFiles.Beside(destination);
        files.Write(curve, $"{options.Architecture.Name}, {parts.Identities} identities", options.Overwrite);
        var description = new EmbedderDescription(options.Architecture, options.Size, shape, options.Alpha);
        EmbedderFile.Save(
            destination, task.Network.Embedding, description, Notes(parts, options, task, curve), options.Overwrite);
        File.Delete(checkpoint);
        return new EmbedderTrainingResult(
            destination, description, task.Network.Embedding.Dimension, parts.Identities, parts.Training.Count,
            parts.Validation.Count, task.ParameterCount, curve, files);
    }

    // Where a run came from: counts and checksums, and no name of a person.
    private static Dictionary<string, string> Notes(
        Parts parts, EmbedderTrainingOptions options, EmbedderTrainingTask task, TrainingCurve curve)
    {
        var notes = new Dictionary<string, string>
        {
            ["identities"] = Text(parts.Identities),
            ["images"] = Text(parts.Training.Count),
            ["images_sha256"] = task.Fingerprint,
            ["validation_images"] = Text(parts.Validation.Count),
            [options.Training.Steps is null ? "epochs" : "steps"] = Text(options.Training.Steps ?? options.Training.Epochs),
            ["batch"] = Text(options.Training.BatchSize),
            ["seed"] = Text(options.Training.Seed),
            ["optimiser"] = task.Optimisers[0].ToString(),
            ["augmentation"] = options.Augmentation.ToString(),
        };
        if (options.InitialModel is { } model) notes["initial_model"] = FaceEmbedder.NameOf(model);
        foreach (var (name, value) in curve.Names.Zip(curve.Points[^1].Values))
        {
            notes[name] = value.ToString("R", CultureInfo.InvariantCulture);
        }

        return notes;
    }

    private static void WarnOfSmallAlpha(EmbedderTrainingOptions options, int identities, WorkContext work)
    {
        var least = IdentityHead.LeastAlpha(identities, BoundProbability);
        if (options.Alpha is not { } alpha || alpha >= least) return;
        work.Warning?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Features of length {alpha} cannot tell {identities} identities apart with a probability of {BoundProbability}: "
            + $"alpha should be {least:F1} or more (Ranjan et al. 2017)."));
    }

    private static void RequireSame(string model, EmbedderTrainingOptions options, ImageShape shape, WorkContext work)
    {
        if (!File.Exists(model))
        {
            throw new InputException("ModelNotFound", FaultKind.NotFound, $"There is no model '{model}'.", model);
        }

        var (network, found) = EmbedderFile.Load(model, work);
        network.Dispose();
        if (found.Architecture == options.Architecture && found.Size == options.Size && found.Shape == shape) return;
        throw new InputException(
            "InitialModelMismatch", FaultKind.InvalidArgument,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{model}' is {Text(found.Architecture, found.Size)} for images of {found.Shape}; this run's is "
                + $"{Text(options.Architecture, options.Size)} for {shape}."), model);
    }

    private static string Text(EmbeddingArchitecture architecture, EmbeddingSize size) => string.Create(
        CultureInfo.InvariantCulture,
        $"{architecture.Name} of width {size.Width}{(size.Normalised ? " with batch normalisation" : "")}");

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Parts(FaceImages Training, FaceImages Validation, int Identities);
}
