using System.Globalization;
using System.Runtime.CompilerServices;
using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>A trained network.</summary>
/// <param name="Path">The model's file.</param>
/// <param name="ParameterCount">Its parameters.</param>
/// <param name="Flops">Floating-point operations of its convolutions for a slice.</param>
/// <param name="Curve">Losses, and PSNR and SSIM on the validation examples, by epoch.</param>
/// <param name="CurveFiles">The files of the curve.</param>
/// <param name="PicturePath">Pictures of validation examples, drawn anew at each epoch's end.</param>
public sealed record ReducerTrainingResult(
    string Path, long ParameterCount, long Flops, TrainingCurve Curve, TrainingCurveFiles CurveFiles, string PicturePath);

/// <summary>Trains a network of chapter 4 and writes it, with its curve and pictures, to files.</summary>
public static class ReducerTrainer
{
    private const int PhantomsPerEpoch = 400;
    private const long ValidationStream = -1000;
    private const long CacheStream = -1001;

    // One in so many patients is validated on.
    private const int ValidationPatients = 10;

    /// <summary>Where the pictures of the validation examples go.</summary>
    public static string PicturePath(string destination) => Path.ChangeExtension(destination, null) + ".pictures.png";

    /// <summary>Checks the targets: what exists is replaced or continued only when the options say so.</summary>
    /// <exception cref="InputException"><c>ModelFormatUnknown</c>, <c>FileExists</c>, <c>CheckpointExists</c>.</exception>
    public static void RequireTargets(string destination, ReducerTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        // The pictures are written while the run goes on: beside a checkpoint they are that run's.
        string[] pictures = File.Exists(TrainingTargets.CheckpointPath(destination)) ? [] : [PicturePath(destination)];
        TrainingTargets.Require(
            destination, [.. TrainingCurveFiles.Beside(destination).All, .. pictures], options.Overwrite, options.Resume);
    }

    /// <summary>Trains, writes the model, its curve and its pictures, and removes the checkpoint.</summary>
    /// <param name="slices">Files and folders of slices without metal; none for phantoms alone.</param>
    /// <param name="validation">Files and folders of slices to validate on; none for some of the patients, or phantoms.</param>
    /// <param name="options">The network and its training.</param>
    /// <param name="destination">The model's file, safetensors.</param>
    /// <param name="work">Progress, device, cancellation: the run is saved and can be resumed.</param>
    /// <exception cref="InputException">
    /// Faults of the slices, the options, the targets or the checkpoint; <c>PatientsTooFew</c>; <c>SlicesNotFound</c>.
    /// </exception>
    public static ReducerTrainingResult Train(
        IReadOnlyList<string> slices, IReadOnlyList<string> validation, ReducerTrainingOptions options, string destination,
        WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(slices);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(work);
        RequireTargets(destination, options);
        RequirePatch(options);
        AtomicFile.RequireWritable(destination);
        var (training, held) = Split(slices, validation, options, work);
        TorchBackend.EnsureLoaded();
        if (options.MixedPrecision) MixedPrecision.WarnWhereSlower(work);
        return Train(training, held, options, destination, work);
    }

    // The discriminator halves thrice and looks at what is left.
    private static void RequirePatch(ReducerTrainingOptions options)
    {
        if (options.Architecture.Family != ReducerFamily.Conditional) return;
        var side = options.PatchSize == 0 ? options.Geometry.ImageSize : Math.Min(options.PatchSize, options.Geometry.ImageSize);
        if (side >= PatchDiscriminator.LeastSide) return;
        throw OptionRange.OutOfRange(
            $"The discriminator of {options.Architecture.Method} judges images of {PatchDiscriminator.LeastSide} x {PatchDiscriminator.LeastSide} pixels at "
            + $"least, not of {side} x {side}.", side);
    }

    private static (CleanSlices? Training, CleanSlices? Validation) Split(
        IReadOnlyList<string> slices, IReadOnlyList<string> validation, ReducerTrainingOptions options, WorkContext work)
    {
        var size = options.Geometry.ImageSize;
        var all = Read(slices);
        var held = Read(validation);
        if (held is not null && all is not null && all.Patients.Intersect(held.Patients).FirstOrDefault() is { } both)
        {
            throw new InputException(
                "PatientInBothParts", FaultKind.InvalidData,
                $"Slices of the patient '{Printable.Text(both)}' are trained and validated on. Give slices of other patients.", both);
        }

        if (all is null || held is not null || options.PhantomShare > 0) return (all, held);
        var patients = all.Patients.Order(StringComparer.Ordinal).ToArray();
        if (patients.Length == 1)
        {
            throw new InputException(
                "PatientsTooFew", FaultKind.InvalidData,
                $"All {all.Count} slices are of one patient, '{Printable.Text(patients[0])}', so none is left to validate on. Give "
                + "slices of another patient, a -ValidationPath, or a -PhantomShare above 0.", patients[0]);
        }

        var some = patients.Where((_, index) => index % ValidationPatients == 0).ToHashSet(StringComparer.Ordinal);
        return (all.Of(patients.Except(some).ToHashSet(StringComparer.Ordinal)), all.Of(some));

        CleanSlices? Read(IReadOnlyList<string> paths)
        {
            if (paths.Count == 0) return null;
            var read = CleanSlices.Read(paths, options.Unit, size, work);
            return read.Count > 0 ? read : throw new InputException(
                "SlicesNotFound", FaultKind.NotFound, $"'{paths[0]}' holds no slice with a body and without metal.", paths[0]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ReducerTrainingResult Train(
        CleanSlices? training, CleanSlices? held, ReducerTrainingOptions options, string destination, WorkContext work)
    {
        set_num_threads(work.Threads);
        var isCorrected = options.Architecture.NeedsCorrected;
        var factory = new ExampleFactory(options.Geometry, training, options.PhantomShare, options.Simulation, isCorrected);
        var validator = held is null
            ? new ExampleFactory(options.Geometry, null, 1, options.Simulation, isCorrected)
            : new ExampleFactory(options.Geometry, held, 0, options.Simulation, isCorrected);

        // The slices in even steps, so that all patients are among them.
        int[] chosen = [.. Enumerable.Range(0, options.ValidationCount).Select(i => i * (held?.Count ?? 1) / options.ValidationCount)];
        var examples = validator.Make(chosen, new SeededRandom(options.Training.Seed).Fork(ValidationStream), work);
        var count = options.ExamplesPerEpoch > 0 ? options.ExamplesPerEpoch : training?.Count ?? PhantomsPerEpoch;
        var data = Describe(training, options);
        var source = SourceOf(options, factory, count, data, training, work);
        if (options.CachePath is not null) data += ", the same in every epoch";
        using var task = TaskOf(options, source, examples, count, $"{data}; {training?.Fingerprint() ?? "none"}", work);
        var checkpoint = TrainingTargets.CheckpointPath(destination);
        var flops = task.Network.Flops(options.Geometry);
        work.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Architecture}: {task.ParameterCount} parameters, {flops / 1e9:G3} GFLOP a slice; {data}."));
        var picture = PicturePath(destination);
        task.AtEpoch = context => ReducerPictures.Write(picture, task, options.Geometry.ImageSize, context);
        var curve = new Trainer(task, options.Training, checkpoint).Run(options.Resume, work);

        var files = TrainingCurveFiles.Beside(destination);
        files.Write(curve, options.Architecture.ToString(), options.Overwrite);
        ReducerFile.Save(
            destination, task.Network, options.Architecture, options.Geometry, Notes(data, options, curve), options.Overwrite);
        File.Delete(checkpoint);
        return new ReducerTrainingResult(destination, task.ParameterCount, flops, curve, files, picture);
    }

    private static RestorationTask TaskOf(
        ReducerTrainingOptions options, IExampleSource source, RestorationExample[] validation, int examples, string data,
        WorkContext work)
    {
        var device = TensorDevice.Of(work.Device);
        return options.Architecture.Family switch
        {
            ReducerFamily.DualDomain => new DualDomainTask(options, source, validation, examples, data, device, work),
            ReducerFamily.Conditional => new ConditionalTask(options, source, validation, examples, data, device, work),
            _ => new ImageTask(options, source, validation, examples, data, device, work),
        };
    }

    private static IExampleSource SourceOf(
        ReducerTrainingOptions options, ExampleFactory factory, int count, string data, CleanSlices? training, WorkContext work)
    {
        if (options.CachePath is not { } folder) return factory;
        var identity = new Dictionary<string, string>
        {
            ["geometry"] = ScanGeometryFile.ToJson(options.Geometry),
            ["simulation"] = options.SimulationText,
            ["data"] = data,
            ["slices"] = training?.Fingerprint() ?? "none",
            ["seed"] = options.Training.Seed.ToString(CultureInfo.InvariantCulture),
        };
        return ExampleCache.Open(folder, factory, count, new SeededRandom(options.Training.Seed).Fork(CacheStream), identity, work);
    }

    private static string Describe(CleanSlices? slices, ReducerTrainingOptions options)
    {
        if (slices is null) return "phantoms";
        var real = string.Create(CultureInfo.InvariantCulture, $"{slices.Count} slices of {string.Join(", ", slices.Patients)}");
        return options.PhantomShare > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{real}, and phantoms for {options.PhantomShare:P0} of the examples")
            : real;
    }

    private static Dictionary<string, string> Notes(string data, ReducerTrainingOptions options, TrainingCurve curve)
    {
        var notes = new Dictionary<string, string>
        {
            ["data"] = data,
            ["metal"] = options.Simulation.Metal.Name,
            ["optimiser"] = options.Optimiser.ToString(),
            ["batch"] = options.Training.BatchSize.ToString(CultureInfo.InvariantCulture),
            ["epochs"] = options.Training.Epochs.ToString(CultureInfo.InvariantCulture),
            ["seed"] = options.Training.Seed.ToString(CultureInfo.InvariantCulture),
        };
        if (options.MixedPrecision) notes["products"] = "bfloat16";
        var last = curve.Points[^1];
        notes["steps"] = last.Step.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in curve.Names.Zip(last.Values))
        {
            notes[name] = value.ToString("G6", CultureInfo.InvariantCulture);
        }

        return notes;
    }
}
