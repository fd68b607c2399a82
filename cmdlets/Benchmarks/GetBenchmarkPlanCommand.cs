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
/// <seealso cref="AddBenchmarkResultCommand"/>
/// <seealso cref="ReadBenchmarkResultCommand"/>
[Cmdlet(VerbsCommon.Get, "BenchmarkPlan", DefaultParameterSetName = PathSet)]
[OutputType(typeof(BenchmarkRun))]
public sealed class GetBenchmarkPlanCommand : EngineCmdlet
{
    private const string Pending = "pending";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The configs' files (YAML), with wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Config")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The configs' files, their paths taken as they are written.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

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

    /// <summary>Plans each config; what one of them throws is an error of that one.</summary>
    protected override void ProcessRecord()
    {
        foreach (var path in Path) Guard(() => PlanAll(path, literal: false));
        foreach (var path in LiteralPath) Guard(() => PlanAll(path, literal: true));
    }

    private void PlanAll(string path, bool literal)
    {
        foreach (var file in PathResolver.Files(this, path, literal)) Guard(() => Plan(file));
    }

    private void Plan(string path)
    {
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
        var folder = System.IO.Path.Combine("results", config.Benchmark, ShardCount > 1 ? shard : "");
        return System.IO.Path.TrimEndingDirectorySeparator(ResolveTarget(folder));
    }

    private InputException NothingMatches(BenchmarkConfig config) => new(
        "FilterMatchesNothing", FaultKind.InvalidArgument,
        $"No method or dataset of '{config.Benchmark}' matches '{Filter}'. Methods: "
        + $"{string.Join(", ", config.Methods.Select(method => method.Name))}. Datasets: "
        + $"{string.Join(", ", config.Datasets.Select(dataset => dataset.Name))}.",
        Filter);
}
