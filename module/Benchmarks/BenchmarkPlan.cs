using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text.Json;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>Which runs of a config are planned.</summary>
public sealed record PlanOptions
{
    /// <summary>Keeps the runs whose method or dataset matches (<c>*</c> and <c>?</c>, any case); null keeps all.</summary>
    public string? Filter { get; init; }

    /// <summary>This shard's number, from 0.</summary>
    public int ShardIndex { get; init; }

    /// <summary>The number of shards.</summary>
    public int ShardCount { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InputException"><c>InvalidArgument</c>.</exception>
    internal void Validate()
    {
        if (ShardCount < 1 || ShardIndex < 0 || ShardIndex >= ShardCount)
        {
            throw new InputException(
                "InvalidArgument", FaultKind.InvalidArgument,
                FormattableString.Invariant(
                    $"Shard {ShardIndex} of {ShardCount}: the index counts from 0 and must be below the count."),
                ShardIndex);
        }
    }
}

/// <summary>One job of a plan, with everything that it depends on.</summary>
/// <param name="RunId">
/// The first 12 hexadecimal digits of the SHA-256 of the resolved job: benchmark, task, dataset with its content,
/// method, parameters, seed. No path of this machine enters.
/// </param>
/// <param name="Benchmark">The benchmark's name.</param>
/// <param name="Task">The main job.</param>
/// <param name="Dataset">The data.</param>
/// <param name="Method">The method's name in the tables.</param>
/// <param name="Algorithm">The cmdlet's method.</param>
/// <param name="Parameters">The cmdlet's parameters.</param>
/// <param name="Seed">The seed of the generated data and of the method.</param>
public sealed record PlannedRun(
    string RunId, string Benchmark, BenchmarkTask Task, BenchmarkDataset Dataset, string Method, string Algorithm,
    ParameterSet Parameters, long Seed);

/// <summary>
/// Datasets x methods x grid points x seeds, in the order of the config. Pure: what it needs of the machine comes
/// through the datasets' resolver. Shards deal the kept runs round, one by one, so that each gets a share of the slow
/// methods and every run lies in exactly one shard.
/// </summary>
public static class BenchmarkPlan
{
    private const int RunIdLength = 12;

    /// <summary>Plans the runs. Only the datasets of kept runs are resolved.</summary>
    /// <exception cref="InputException">
    /// <c>InvalidArgument</c>: the shard; <c>RunDuplicate</c>: a grid names the same run twice; or the resolver's fault.
    /// </exception>
    public static IReadOnlyList<PlannedRun> Create(
        BenchmarkConfig config, PlanOptions options, Func<DatasetConfig, BenchmarkDataset> resolve)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var kept = config.Datasets
            .SelectMany(dataset => Runs(config, options, dataset, new Lazy<BenchmarkDataset>(() => resolve(dataset))))
            .ToArray();
        var twice = kept.GroupBy(run => run.RunId).FirstOrDefault(group => group.Skip(1).Any())?.First();
        if (twice is not null)
        {
            throw new InputException(
                "RunDuplicate", FaultKind.InvalidData,
                $"The config plans method '{twice.Method}' on '{twice.Dataset.Name}' with {twice.Parameters} twice.",
                twice.Method);
        }

        return [.. kept.Where((_, index) => index % options.ShardCount == options.ShardIndex)];
    }

    private static IEnumerable<PlannedRun> Runs(
        BenchmarkConfig config, PlanOptions options, DatasetConfig dataset, Lazy<BenchmarkDataset> resolved) =>
        from method in config.Methods
        where Matches(options.Filter, dataset, method)
        from parameters in method.Expand()
        from seed in config.Seeds
        select Run(config, resolved.Value, method, parameters, seed);

    private static bool Matches(string? filter, DatasetConfig dataset, MethodConfig method) =>
        string.IsNullOrEmpty(filter)
        || new[] { method.Name, dataset.Name, dataset.Name + BenchmarkDataset.SyntheticSuffix }
            .Any(name => FileSystemName.MatchesSimpleExpression(filter, name, ignoreCase: true));

    private static PlannedRun Run(
        BenchmarkConfig config, BenchmarkDataset dataset, MethodConfig method, ParameterSet parameters, long seed)
    {
        var run = new PlannedRun(
            "", config.Benchmark, config.Task, dataset, method.Name, method.Method, parameters, seed);
        return run with { RunId = Id(run) };
    }

    private static string Id(PlannedRun run)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(run.Benchmark);
            writer.WriteStringValue(run.Task.Name);
            writer.WriteStringValue(run.Dataset.Name);
            writer.WriteStringValue(run.Dataset.Identity);
            writer.WriteStringValue(run.Method);
            writer.WriteStringValue(run.Algorithm);
            run.Parameters.WriteTo(writer);
            writer.WriteNumberValue(run.Seed);
            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(stream.ToArray()))[..RunIdLength];
    }
}
