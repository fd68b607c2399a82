namespace Thesis.Engine.Benchmarks;

/// <summary>The type of a parameter in a config.</summary>
public enum ParameterKind
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A finite number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A text.</summary>
    Text,
}

/// <summary>A metric that a task reports.</summary>
/// <param name="Name">Its name in configs and in <c>results.csv</c>.</param>
/// <param name="Unit">Its unit in <c>results.csv</c>; <c>1</c> for a share or another pure number.</param>
public sealed record MetricDefinition(string Name, string Unit);

/// <summary>A file or a folder of real data that a dataset of a config names.</summary>
/// <param name="Key">The key in the config.</param>
/// <param name="Required">Whether a dataset that names any file must name this one.</param>
public sealed record DataFileDefinition(string Key, bool Required = true)
{
    /// <summary>Whether the config may give a list of paths.</summary>
    public bool IsList { get; init; }
}

/// <summary>
/// What a config may say about one main job: the data it reads, its methods, their parameters (the names of the cmdlet's
/// parameters) and its metrics. A further job is a further entry of <see cref="All"/>, with a script in
/// <c>benchmarks/tasks</c>.
/// </summary>
public sealed record BenchmarkTask
{
    /// <summary>The prefix of the metrics that hold the precision at a recall, followed by the recall.</summary>
    public const string PrecisionAtRecallPrefix = "precision_at_recall_";

    /// <summary>Every task, by name.</summary>
    public static IReadOnlyDictionary<string, BenchmarkTask> All { get; } =
        new[] { FaceClusteringTask.Definition, MetalArtifactReductionTask.Definition, AdversarialRobustnessTask.Definition }
            .ToDictionary(task => task.Name);

    /// <summary>The name in configs.</summary>
    public required string Name { get; init; }

    /// <summary>The files of a dataset; the first is the one whose SHA-256 a config may state.</summary>
    public required IReadOnlyList<DataFileDefinition> Files { get; init; }

    /// <summary>The protocols that can be generated in place of files.</summary>
    public required IReadOnlyCollection<string> Protocols { get; init; }

    /// <summary>The parameters that a config may set for a dataset, whatever the method.</summary>
    public IReadOnlyDictionary<string, ParameterKind> DatasetParameters { get; init; } =
        new Dictionary<string, ParameterKind>();

    /// <summary>The methods, as the cmdlet names them.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>The parameters that a config may set for a method.</summary>
    public required IReadOnlyDictionary<string, ParameterKind> Parameters { get; init; }

    /// <summary>The metrics, in the order of the tables.</summary>
    public required IReadOnlyList<MetricDefinition> Metrics { get; init; }

    /// <summary>The metric's name for the precision at <paramref name="recall"/>.</summary>
    public static string PrecisionAtRecall(double recall) =>
        FormattableString.Invariant($"{PrecisionAtRecallPrefix}{recall:0.00##}");

    /// <summary>The unit of a metric; <c>1</c> for those that are made from an option.</summary>
    public string Unit(string metric) => Metrics.FirstOrDefault(known => known.Name == metric)?.Unit ?? "1";
}
