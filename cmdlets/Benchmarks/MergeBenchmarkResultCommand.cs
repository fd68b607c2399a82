using System.Management.Automation;
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
/// <seealso cref="GetBenchmarkPlanCommand"/>
/// <seealso cref="ReadBenchmarkResultCommand"/>
[Cmdlet(VerbsData.Merge, "BenchmarkResult", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(BenchmarkMetric))]
public sealed class MergeBenchmarkResultCommand : ResultInputCmdlet
{
    private readonly List<string> _sources = [];

    /// <summary>The folder that the merged results.csv goes to.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Replaces results that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Take(string folder) => _sources.Add(folder);

    /// <summary>Merges them.</summary>
    protected override void EndProcessing()
    {
        if (Incomplete)
        {
            WriteWarning("Nothing was merged, since not all sources could be read.");
            return;
        }

        var target = ResolveTarget(Destination);
        if (!ShouldProcess(target, $"Merge {_sources.Count} results")) return;
        var rows = Require(() => Compute(_ => ResultMerge.Merge(_sources, target, Force)));
        WriteObject(rows.Select(ReadBenchmarkResultCommand.Record), enumerateCollection: true);
    }
}
