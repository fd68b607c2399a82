using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>
/// Reads a benchmark's config, strictly, and lists its runs: datasets x methods x grid points x seeds. Runs nothing and
/// writes nothing.
/// </summary>
/// <remarks>
/// <para>With DataPath a dataset that names files is read from that folder; without it, the generated protocol stands
/// in where the config has one, under the name dataset-synthetic.</para>
/// <para>A run's id is a hash of the resolved job: benchmark, task, the dataset's content, method, parameters, seed.
/// Shards deal the runs round one by one, so every run lies in exactly one of them.</para>
/// </remarks>
/// <example>
/// <code>Get-BenchmarkPlan configs/lfw.yaml -DataPath ../data -Filter 'pahc*'</code>
/// <para>Lists the Proximity-Aware runs on LFW.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "BenchmarkPlan")]
[OutputType(typeof(BenchmarkRun))]
public sealed class GetBenchmarkPlanCommand : EngineCmdlet
{
    private const string Pending = "pending";

    /// <summary>The config's file (YAML).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "Config")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>The folder that the datasets' files are relative to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>The results' folder; results/NAME unless given, and in it a folder for each shard.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutputPath { get; set; }

    /// <summary>Keeps the runs whose method or dataset matches.</summary>
    [Parameter]
    [SupportsWildcards]
    public string? Filter { get; set; }

    /// <summary>This shard's number, from 0.</summary>
    [Parameter]
    public int ShardIndex { get; set; }

    /// <summary>The number of shards.</summary>
    [Parameter]
    public int ShardCount { get; set; } = 1;

    /// <summary>Plans.</summary>
    protected override void ProcessRecord() => Guard(Plan);

    private void Plan()
    {
        var path = PathResolver.Files(this, LiteralPath, literal: true)[0];
        var config = BenchmarkConfigReader.Read(path);
        var options = new PlanOptions { Filter = Filter, ShardIndex = ShardIndex, ShardCount = ShardCount };
        var data = DataPath is null ? null : ResolveTarget(DataPath);
        var runs = Compute(_ => BenchmarkPlan.Create(
            config, options, dataset => BenchmarkDataset.Resolve(dataset, data)));
        if (runs.Count == 0 && ShardCount == 1) throw NothingMatches(config);

        var output = OutputFolder(config);
        var known = new ResultStore(output).Read()
            .DistinctBy(row => row.RunId).ToDictionary(row => row.RunId, row => row.Status);
        foreach (var run in runs)
        {
            WriteObject(new BenchmarkRun(run, config, output, known.GetValueOrDefault(run.RunId, Pending)));
        }
    }

    private string OutputFolder(BenchmarkConfig config)
    {
        if (OutputPath is not null) return ResolveTarget(OutputPath);
        var shard = FormattableString.Invariant($"shard-{ShardIndex}-of-{ShardCount}");
        var folder = Path.Combine("results", config.Benchmark, ShardCount > 1 ? shard : "");
        return Path.TrimEndingDirectorySeparator(ResolveTarget(folder));
    }

    private InputException NothingMatches(BenchmarkConfig config) => new(
        "FilterMatchesNothing", FaultKind.InvalidArgument,
        $"No method or dataset of '{config.Benchmark}' matches '{Filter}'. Methods: "
        + $"{string.Join(", ", config.Methods.Select(method => method.Name))}. Datasets: "
        + $"{string.Join(", ", config.Datasets.Select(dataset => dataset.Name))}.",
        Filter);
}
