namespace Thesis.Engine.Benchmarks;

/// <summary>The type of a method's parameter in a config.</summary>
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

/// <summary>
/// What a config may say about one main job: its methods, their parameters (the names of the cmdlet's parameters) and
/// its metrics. A further job is a further entry of <see cref="All"/>, with a script in <c>benchmarks/tasks</c>.
/// </summary>
public sealed class BenchmarkTask
{
    /// <summary>The prefix of the metrics that hold the precision at a recall, followed by the recall.</summary>
    public const string PrecisionAtRecallPrefix = "precision_at_recall_";

    private BenchmarkTask(
        string name,
        IReadOnlyList<string> methods,
        IReadOnlyDictionary<string, ParameterKind> parameters,
        IReadOnlyList<MetricDefinition> metrics)
    {
        Name = name;
        Methods = methods;
        Parameters = parameters;
        Metrics = metrics;
    }

    /// <summary>Clustering faces: <c>Invoke-FaceClustering</c> and <c>Measure-FaceClustering</c>.</summary>
    public static BenchmarkTask FaceClustering { get; } = new(
        "face-clustering",
        ["AHC", "PAHC", "DDC", "DDC-NEG", "ARO", "DBSCAN", "KMeans"],
        new Dictionary<string, ParameterKind>
        {
            ["NeighbourCount"] = ParameterKind.Integer,
            ["NegativeOffset"] = ParameterKind.Integer,
            ["NegativeCount"] = ParameterKind.Integer,
            ["RankCount"] = ParameterKind.Integer,
            ["MinimumPoints"] = ParameterKind.Integer,
            ["ClusterCount"] = ParameterKind.Integer,
            ["Penalty"] = ParameterKind.Number,
            ["Epsilon"] = ParameterKind.Number,
            ["Eta"] = ParameterKind.Number,
            ["Nu"] = ParameterKind.Number,
            ["Threshold"] = ParameterKind.Number,
            ["Transform"] = ParameterKind.Text,
            ["Auto"] = ParameterKind.Flag,
        },
        [
            new("bcubed_f", "1"),
            new("bcubed_precision", "1"),
            new("bcubed_recall", "1"),
            new("pairwise_f", "1"),
            new("nmi", "1"),
            new("clusters", "clusters"),
            new("threshold", "distance"),
        ]);

    /// <summary>Every task, by name.</summary>
    public static IReadOnlyDictionary<string, BenchmarkTask> All { get; } =
        new[] { FaceClustering }.ToDictionary(task => task.Name);

    /// <summary>The name in configs.</summary>
    public string Name { get; }

    /// <summary>The methods, as the cmdlet names them.</summary>
    public IReadOnlyList<string> Methods { get; }

    /// <summary>The parameters that a config may set.</summary>
    public IReadOnlyDictionary<string, ParameterKind> Parameters { get; }

    /// <summary>The metrics, in the order of the tables.</summary>
    public IReadOnlyList<MetricDefinition> Metrics { get; }

    /// <summary>The metric's name for the precision at <paramref name="recall"/>.</summary>
    public static string PrecisionAtRecall(double recall) =>
        FormattableString.Invariant($"{PrecisionAtRecallPrefix}{recall:0.00##}");

    /// <summary>The unit of a metric; <c>1</c> for those that are made from an option.</summary>
    public string Unit(string metric) => Metrics.FirstOrDefault(known => known.Name == metric)?.Unit ?? "1";
}
