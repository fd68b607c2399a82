using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>Where a run stands: what a checkpoint holds besides modules and optimisers.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="LossSums">The sums of the losses over the present epoch, each times its batch's examples.</param>
/// <param name="Points">The epochs that are done.</param>
internal sealed record TrainingPosition(long Step, double[] LossSums, IReadOnlyList<CurvePoint> Points)
{
    public static TrainingPosition Start(int losses) => new(0, new double[losses], []);
}

/// <summary>
/// A run on disk, in safetensors: <c>MODULE.NAME</c> for each module's state, <c>optimiser.NAME.PARAMETER.FIELD</c>,
/// <c>training.*</c> for the position, and the task's identity as metadata. No generator's state is needed: every
/// step's generators are made from the seed and the step's number.
/// </summary>
internal static class TrainingCheckpoint
{
    /// <summary>The error id of a checkpoint of another run.</summary>
    public const string Mismatch = "CheckpointMismatch";

    private const string StepName = "training.step";
    private const string SumsName = "training.loss_sums";
    private const string CurveName = "training.curve";
    private const string IdentityPrefix = "task.";
    private const int FixedColumns = 3;

    // 2^53: every whole number up to it is a double.
    private const double LargestWhole = 9007199254740992;

    /// <summary>Saves the run, whole or not at all.</summary>
    public static void Save(string path, TrainingTask task, IReadOnlyDictionary<string, string> identity, TrainingPosition at)
    {
        var archive = new TensorArchive();
        archive.Metadata.Add("format", "pt");
        foreach (var (key, value) in identity) archive.Metadata.Add(IdentityPrefix + key, value);
        foreach (var (name, module) in task.Modules) ModuleState.Save(module, archive, name + ".");
        foreach (var optimiser in task.Optimisers) optimiser.Save(archive);
        archive.Add(ArchivedTensor.Of(StepName, [at.Step]));
        archive.Add(ArchivedTensor.Of(SumsName, at.LossSums));
        archive.Add(ArchivedTensor.Of(
            CurveName,
            [.. at.Points.SelectMany(point => (double[])[point.Epoch, point.Step, point.LearningRate, .. point.Values])]));
        SafetensorsFile.Write(path, archive, overwrite: true);
    }

    /// <summary>Loads modules and optimisers and returns the position.</summary>
    /// <exception cref="InputException">
    /// <c>CheckpointMismatch</c>: the file is of another run, with the first difference; <c>CheckpointInvalid</c>: a tensor
    /// is missing or wrong; the ids of <see cref="SafetensorsFile"/> and <see cref="ModuleState"/>.
    /// </exception>
    public static TrainingPosition Load(
        string path, TrainingTask task, IReadOnlyDictionary<string, string> identity, WorkContext work)
    {
        var archive = SafetensorsFile.Read(path, work);
        RequireSame(archive, identity, path);
        foreach (var (name, module) in task.Modules) ModuleState.Load(module, archive, path, name + ".");
        foreach (var optimiser in task.Optimisers) optimiser.Load(archive, path);
        var sums = Vector(archive, SumsName, path);
        if (sums.Length != task.Losses.Count) throw Invalid($"has '{SumsName}' of {sums.Length} losses, not {task.Losses.Count}", path);
        return new TrainingPosition(
            Steps(archive, StepName, path), sums, Points(Vector(archive, CurveName, path), task, path));
    }

    /// <summary>A number of steps, which is stored as a vector of one.</summary>
    /// <exception cref="InputException"><c>CheckpointInvalid</c>.</exception>
    public static long Steps(TensorArchive archive, string name, string path)
    {
        var values = Vector(archive, name, path);
        return values is [>= 0 and <= LargestWhole] && values[0] == Math.Floor(values[0])
            ? (long)values[0]
            : throw Invalid($"has '{name}' that is no number of steps", path);
    }

    /// <summary>The fault of a checkpoint that does not hold what it should.</summary>
    public static InputException Invalid(string reason, string path) =>
        new("CheckpointInvalid", FaultKind.InvalidData, $"The checkpoint '{path}' {reason}.", path);

    private static void RequireSame(TensorArchive archive, IReadOnlyDictionary<string, string> identity, string path)
    {
        foreach (var (key, value) in identity)
        {
            var saved = archive.Metadata.GetValueOrDefault(IdentityPrefix + key);
            if (saved == value) continue;
            throw new InputException(
                Mismatch, FaultKind.InvalidArgument,
                $"The checkpoint '{path}' is of another run: its {key} is '{Data.Printable.Text(saved ?? "not stated")}', "
                + $"this run's is '{value}'. Give the parameters of that run, or -Force without -Resume to begin anew.", path);
        }
    }

    private static double[] Vector(TensorArchive archive, string name, string path) =>
        archive.Find(name) is { Element: TensorElement.F64, Shape.Count: 1 } tensor
            ? tensor.ToDoubles()
            : throw Invalid($"lacks '{name}'", path);

    private static CurvePoint[] Points(double[] values, TrainingTask task, string path)
    {
        var columns = FixedColumns + task.Losses.Count + task.Measures.Count;
        if (values.Length % columns != 0) throw Invalid(
            string.Create(CultureInfo.InvariantCulture, $"has a curve of {values.Length} values, not {columns} an epoch"), path);
        return [.. values.Chunk(columns).Select(
            row => new CurvePoint((int)row[0], (long)row[1], row[2], row[FixedColumns..]))];
    }
}
