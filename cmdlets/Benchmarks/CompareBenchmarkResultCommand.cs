using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>
/// Compares two results of a benchmark, such as a stored run and today's: which values moved beyond their intervals, which came and which
/// are gone.
/// </summary>
/// <remarks>
/// <para>A value is a metric of a method, its parameters, a dataset and a part of it, over the seeds. It moved where the means differ by more
/// than sqrt(h1^2 + h2^2), with the halves h1 and h2 of the 95 % intervals of both (as of ConvertTo-BenchmarkTable). Where one has no
/// interval, by more than Tolerance times the larger magnitude. Seconds and memory are the machine's and are not compared.</para>
/// <para>With ErrorOnChange a change is an error, ResultsMoved, after the records: then pwsh -Command ends with the exit code 1, and a
/// pipeline of continuous integration with it.</para>
/// </remarks>
/// <example>
/// <code>Compare-BenchmarkResult benchmarks/results/table-3.2 results/table-3.2</code>
/// <para>What moved since the stored run.</para>
/// </example>
/// <example>
/// <code>Compare-BenchmarkResult benchmarks/results/table-3.2 results/table-3.2 -IncludeEqual | Format-Table Metric, Before, After</code>
/// <para>All values of both.</para>
/// </example>
/// <seealso cref="ConvertToBenchmarkTableCommand"/>
/// <seealso cref="ReadBenchmarkResultCommand"/>
[Cmdlet(VerbsData.Compare, "BenchmarkResult")]
[OutputType(typeof(BenchmarkChange))]
public sealed class CompareBenchmarkResultCommand : EngineCmdlet
{
    /// <summary>The earlier results: a folder, or the results.csv in it.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string ReferencePath { get; set; } = "";

    /// <summary>The later results.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string DifferencePath { get; set; } = "";

    /// <summary>For values without an interval: the relative difference that is none.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e6)]
    public double Tolerance { get; set; } = 1e-3;

    /// <summary>Emits the values that did not move, too.</summary>
    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    /// <summary>Makes an error of a change.</summary>
    [Parameter]
    public SwitchParameter ErrorOnChange { get; set; }

    /// <summary>Compares.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var changes = ResultComparison.Of(Rows(ReferencePath), Rows(DifferencePath), Tolerance);
        foreach (var change in changes.Where(change => IncludeEqual || change.Kind != ChangeKind.Same)) WriteObject(Record(change));
        var count = changes.Count(change => change.Kind != ChangeKind.Same);
        if (!ErrorOnChange || count == 0) return;
        throw new InputException(
            "ResultsMoved", FaultKind.InvalidData,
            $"{count} of {changes.Count} values of '{DifferencePath}' are not those of '{ReferencePath}'.", DifferencePath);
    });

    private IReadOnlyList<ResultRow> Rows(string path) => new ResultStore(ResultStore.FolderOf(ResolveTarget(path))).Read();

    private static BenchmarkChange Record(ValueChange change) => new()
    {
        Change = change.Kind.ToString(),
        Dataset = change.Either.Dataset,
        Method = change.Either.Method,
        Parameters = change.Either.Parameters,
        Group = change.Either.Group,
        Metric = change.Either.Metric,
        Before = change.Before?.Mean,
        After = change.After?.Mean,
        Difference = change.After?.Mean - change.Before?.Mean,
    };
}
