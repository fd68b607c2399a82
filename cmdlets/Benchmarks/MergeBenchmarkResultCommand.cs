using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Benchmarks;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>
/// Puts the results of shards together in one results.csv. A run that lies in two of them, or results of different
/// configs, are refused, and nothing is written.
/// </summary>
/// <example>
/// <code>Merge-BenchmarkResult results/lfw/shard-0-of-2, results/lfw/shard-1-of-2 -Destination results/lfw</code>
/// <para>Merges two shards.</para>
/// </example>
[Cmdlet(VerbsData.Merge, "BenchmarkResult", SupportsShouldProcess = true)]
[OutputType(typeof(BenchmarkMetric))]
public sealed class MergeBenchmarkResultCommand : EngineCmdlet
{
    private readonly List<string> _sources = [];

    /// <summary>The shards' folders, or their results.csv.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The folder that the merged results.csv goes to.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Replaces results that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gathers the shards.</summary>
    protected override void ProcessRecord() => _sources.AddRange(LiteralPath.Select(ResolveTarget));

    /// <summary>Merges them.</summary>
    protected override void EndProcessing()
    {
        var target = ResolveTarget(Destination);
        if (!ShouldProcess(target, $"Merge {_sources.Count} results")) return;
        var rows = Require(() => Compute(_ => ResultMerge.Merge(_sources, target, Force)));
        WriteObject(rows.Select(ReadBenchmarkResultCommand.Record), enumerateCollection: true);
    }
}
