using System.Globalization;
using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Trains a classifier on a dataset and writes it, with its curve, to files.</summary>
public static class ClassifierTrainer
{
    /// <summary>Checks the targets: what exists is replaced or continued only when the options say so.</summary>
    /// <exception cref="InputException"><c>ModelFormatUnknown</c>, <c>FileExists</c>, <c>CheckpointExists</c>.</exception>
    public static void RequireTargets(string destination, ClassifierTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TrainingTargets.Require(
            destination, TrainingCurveFiles.Beside(destination).All, options.Overwrite, options.Resume);
        if (options.PictureFolder is { } folder && !options.Overwrite && !options.Resume) EpochPictures.RequireNone(folder);
    }

    /// <summary>Trains, measures on the test part, writes the model and its curve, and removes the checkpoint.</summary>
    /// <param name="dataset">The images.</param>
    /// <param name="options">The network and its training.</param>
    /// <param name="destination">The model's file, safetensors.</param>
    /// <param name="work">Progress, device, cancellation: the run is saved and can be resumed.</param>
    /// <exception cref="InputException">Faults of the data, the options, the targets or the checkpoint.</exception>
    public static ClassifierTrainingResult Train(
        ImageDataset dataset, ClassifierTrainingOptions options, string destination, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        RequireTargets(destination, options);
        AtomicFile.RequireWritable(destination);
        var parts = new Parts(
            dataset.Name, dataset.Read(DatasetSplit.Training, work), dataset.Read(DatasetSplit.Validation, work),
            dataset.Read(DatasetSplit.Test, work));
        options.Architecture.RequireShape(parts.Training.Shape);
        RequireAlike(parts.Training, parts.Test);
        TorchBackend.EnsureLoaded();
        return Train(parts, options, destination, work);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ClassifierTrainingResult Train(
        Parts parts, ClassifierTrainingOptions options, string destination, WorkContext work)
    {
        set_num_threads(work.Threads);
        var checkpoint = TrainingTargets.CheckpointPath(destination);
        using var manifold = options.Manifold is { } near ? ManifoldAttack.Load(near, parts.Training, work) : null;
        using var task = new ClassifierTrainingTask(
            options, parts.Training, parts.Validation, TensorDevice.Of(work.Device), work, manifold);
        var curve = new Trainer(task, options.Training, checkpoint).Run(options.Resume, work);
        if (options.HalfPrecision) ModuleState.Round(task.Network);
        var (_, correct) = task.Evaluate(parts.Test, work);

        var files = TrainingCurveFiles.Beside(destination);
        files.Write(curve, $"{options.Architecture.Name} on {parts.Name}", options.Overwrite);
        ClassifierFile.Save(
            destination, task.Network,
            new ClassifierDescription(options.Architecture.Name, parts.Training.Shape, parts.Training.ClassNames),
            Notes(parts, options, correct), options.Overwrite, options.HalfPrecision);
        File.Delete(checkpoint);
        return new ClassifierTrainingResult(
            destination, correct, parts.Test.Count, task.ParameterCount, curve, files);
    }

    private static Dictionary<string, string> Notes(Parts parts, ClassifierTrainingOptions options, int correct)
    {
        var notes = new Dictionary<string, string>
        {
            ["dataset"] = parts.Name,
            [options.Training.Steps is null ? "epochs" : "steps"] =
                (options.Training.Steps ?? options.Training.Epochs).ToString(CultureInfo.InvariantCulture),
            ["seed"] = options.Training.Seed.ToString(CultureInfo.InvariantCulture),
            ["test_correct"] = correct.ToString(CultureInfo.InvariantCulture),
            ["test_count"] = parts.Test.Count.ToString(CultureInfo.InvariantCulture),
        };
        if (options.Adversarial is { } adversarial) notes["adversarial"] = adversarial.ToString();
        if (options.Manifold is { } manifold) notes["adversarial"] = manifold.ToString();
        return notes;
    }

    private static void RequireAlike(LabelledImages training, LabelledImages test)
    {
        if (training.Shape == test.Shape && training.ClassNames.SequenceEqual(test.ClassNames)) return;
        throw new InputException(
            ImageErrorIds.SizeMismatch, FaultKind.InvalidData,
            $"'{test.Source}' holds test images of {test.Shape} in {test.ClassNames.Count} classes; the training images are "
            + $"of {training.Shape} in {training.ClassNames.Count}.", test.Source);
    }

    private sealed record Parts(string Name, LabelledImages Training, LabelledImages Validation, LabelledImages Test);
}
