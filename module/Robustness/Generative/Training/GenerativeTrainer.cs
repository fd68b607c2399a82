using System.Globalization;
using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>A trained generator or inverter.</summary>
/// <param name="Path">The model's file.</param>
/// <param name="Description">What it is.</param>
/// <param name="ParameterCount">Parameters that were trained, the discriminator's included.</param>
/// <param name="Curve">Losses and measures.</param>
/// <param name="CurveFiles">The files of the curve.</param>
/// <param name="SamplesPath">The picture of samples, or of images above their reconstructions.</param>
public sealed record GenerativeTrainingResult(
    string Path, GenerativeDescription Description, long ParameterCount, TrainingCurve Curve, TrainingCurveFiles CurveFiles,
    string SamplesPath);

/// <summary>Trains generators on a dataset, and inverters on a generator, and writes them, with curves and samples, to files.</summary>
public static class GenerativeTrainer
{
    /// <summary>Checks the targets: what exists is replaced or continued only when the options say so.</summary>
    /// <exception cref="InputException"><c>ModelFormatUnknown</c>, <c>FileExists</c>, <c>CheckpointExists</c>.</exception>
    public static void RequireTargets(string destination, GenerativeRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TrainingTargets.Require(destination, TrainingCurveFiles.Beside(destination).All, options.Overwrite, options.Resume);
        var samples = SamplePicture.Beside(destination);
        // A run that goes on has drawn its picture already.
        if (!options.Overwrite && !options.Resume && File.Exists(samples)) throw AtomicFile.Exists(samples);
    }

    /// <summary>Trains a generator on the training part of a dataset, and removes the checkpoint.</summary>
    /// <param name="dataset">The images; their classes are not looked at.</param>
    /// <param name="options">The networks and their training.</param>
    /// <param name="destination">The generator's file, safetensors.</param>
    /// <param name="work">Progress, device, cancellation: the run is saved and can be resumed.</param>
    /// <param name="inverter">The inverter's file, safetensors, where one is trained with the generator; else null.</param>
    /// <exception cref="InputException">
    /// Faults of the data, the options, the targets or the checkpoint; <c>TrainingDiverged</c>; <c>InverterDestinationInvalid</c>: an
    /// inverter without a file, or a file without an inverter.
    /// </exception>
    public static GenerativeTrainingResult Train(
        ImageDataset dataset, GenerativeTrainingOptions options, string destination, WorkContext work, string? inverter = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        RequireInverter(options, inverter);
        RequireTargets(destination, options.Run);
        AtomicFile.RequireWritable(destination);
        if (inverter is not null)
        {
            TrainingTargets.Require(inverter, [], options.Run.Overwrite, resume: true);
            AtomicFile.RequireWritable(inverter);
        }

        var images = dataset.Read(DatasetSplit.Training, work);
        options.Architecture.RequireShape(images.Shape);
        TorchBackend.EnsureLoaded();
        return Train(images, dataset.Name, options, destination, work, inverter);
    }

    /// <summary>An inverter has a file, and a file has an inverter.</summary>
    /// <exception cref="InputException"><c>InverterDestinationInvalid</c>.</exception>
    public static void RequireInverter(GenerativeTrainingOptions options, string? inverter)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.TrainsInverter == inverter is not null) return;
        throw new InputException(
            "InverterDestinationInvalid", FaultKind.InvalidArgument,
            options.TrainsInverter
                ? $"{options.Objective} trains an inverter with the generator: it needs a file, too."
                : $"{options.Objective} trains no inverter, so '{inverter}' would not be written. Build-GeneratorInverter trains one.", inverter);
    }

    /// <summary>Trains an inverter of a generator, on nothing but the generator's own images.</summary>
    /// <param name="generatorPath">The generator's file.</param>
    /// <param name="options">The training.</param>
    /// <param name="destination">The inverter's file, safetensors.</param>
    /// <param name="work">Progress, device, cancellation: the run is saved and can be resumed.</param>
    /// <exception cref="InputException">Faults of the generator's file, the targets or the checkpoint; <c>TrainingDiverged</c>.</exception>
    public static GenerativeTrainingResult TrainInverter(
        string generatorPath, InverterTrainingOptions options, string destination, WorkContext work)
    {
        ArgumentException.ThrowIfNullOrEmpty(generatorPath);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        RequireTargets(destination, options.Run);
        AtomicFile.RequireWritable(destination);
        TorchBackend.EnsureLoaded();
        return Invert(generatorPath, options, destination, work);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static GenerativeTrainingResult Train(
        LabelledImages images, string name, GenerativeTrainingOptions options, string destination, WorkContext work, string? inverter)
    {
        set_num_threads(work.Threads);
        if (options.Run.MixedPrecision) MixedPrecision.WarnWhereSlower(work);
        using var task = Task(options, images, new SamplePicture(SamplePicture.Beside(destination), images.Shape), work);
        var curve = new Trainer(task, options.Run.Training, TrainingTargets.CheckpointPath(destination)).Run(options.Run.Resume, work);
        if (options.Run.HalfPrecision) ModuleState.Round(task.Result);
        var description = new GenerativeDescription(options.Architecture, options.Width, options.LatentLength, images.Shape);
        Dictionary<string, string> notes = new()
        {
            ["dataset"] = name,
            ["training"] = options.ToString(),
            ["iterations"] = Iterations(curve),
            ["seed"] = options.Run.Seed.ToString(CultureInfo.InvariantCulture),
        };
        if (inverter is not null)
        {
            using var network = ((InferenceTrainingTask)task).Inverter();
            if (options.Run.HalfPrecision) ModuleState.Round(network);
            Dictionary<string, string> more = new(notes) { [GenerativeFile.GeneratorKey] = GenerativeFile.Fingerprint(task.Result) };
            if (options.Objective == GenerativeObjective.Age) more[GenerativeFile.CodesKey] = GenerativeFile.OnSphere;
            GenerativeFile.Save(inverter, GenerativeFile.Inverter, network, description, more, options.Run.HalfPrecision, options.Run.Overwrite);
        }

        return Write(
            destination, GenerativeFile.Generator, task.Result, description, notes, options.Run, curve, $"{options.Architecture.Name} on {name}",
            task.ParameterCount);
    }

    private static GeneratorTrainingTask Task(
        GenerativeTrainingOptions options, LabelledImages images, SamplePicture picture, WorkContext work)
    {
        var device = TensorDevice.Of(work.Device);
        return options.Objective switch
        {
            GenerativeObjective.Ali => new AliTrainingTask(options, images, picture, device, work),
            GenerativeObjective.Age => new AgeTrainingTask(options, images, picture, device, work),
            _ => new GenerativeTrainingTask(options, images, picture, device, work),
        };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static GenerativeTrainingResult Invert(
        string generatorPath, InverterTrainingOptions options, string destination, WorkContext work)
    {
        set_num_threads(work.Threads);
        var (generator, of) = GenerativeFile.LoadGenerator(generatorPath, work);
        using var held = generator;
        if (options.Run.MixedPrecision) MixedPrecision.WarnWhereSlower(work);
        generator.UseMixedPrecision(options.Run.MixedPrecision);
        using var task = new InverterTrainingTask(options, generator, of, new SamplePicture(SamplePicture.Beside(destination), of.Shape));
        var curve = new Trainer(task, options.Run.Training, TrainingTargets.CheckpointPath(destination)).Run(options.Run.Resume, work);
        if (options.Run.HalfPrecision) ModuleState.Round(task.Result);
        Dictionary<string, string> notes = new([GenerativeFile.Of(generator)])
        {
            ["training"] = options.ToString(),
            ["iterations"] = Iterations(curve),
            ["seed"] = options.Run.Seed.ToString(CultureInfo.InvariantCulture),
        };
        return Write(
            destination, GenerativeFile.Inverter, task.Result, of with { Width = task.Width }, notes, options.Run, curve,
            $"inverter of {Path.GetFileName(generatorPath)}", task.ParameterCount);
    }

    private static GenerativeTrainingResult Write(
        string destination, string kind, nn.Module network, GenerativeDescription description, Dictionary<string, string> notes,
        GenerativeRunOptions run, TrainingCurve curve, string title, long parameters)
    {
        var files = TrainingCurveFiles.Beside(destination);
        files.Write(curve, title, run.Overwrite);
        GenerativeFile.Save(destination, kind, network, description, notes, run.HalfPrecision, run.Overwrite);
        File.Delete(TrainingTargets.CheckpointPath(destination));
        return new GenerativeTrainingResult(destination, description, parameters, curve, files, SamplePicture.Beside(destination));
    }

    private static string Iterations(TrainingCurve curve) => curve.Points[^1].Step.ToString(CultureInfo.InvariantCulture);
}
