using System.Management.Automation;
using Thesis.Engine.Benchmarks;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>Reads results.csv: its metrics as records, or as a table of methods and metrics.</summary>
/// <remarks>
/// <para>One record is one metric of one run; a run that failed has one record without a metric. A file that another
/// program has saved again is read only where its numbers are still written as here: a decimal point, no thousands.</para>
/// </remarks>
/// <example>
/// <code>Read-BenchmarkResult results/lfw | Where-Object Metric -eq bcubed_f</code>
/// <para>Lists BCubed F of every run.</para>
/// </example>
/// <example>
/// <code>Read-BenchmarkResult results/lfw -Table</code>
/// <para>Shows the table, seeds averaged.</para>
/// </example>
/// <seealso cref="ExportFigureCommand"/>
/// <seealso cref="MergeBenchmarkResultCommand"/>
[Cmdlet(VerbsCommunications.Read, "BenchmarkResult", DefaultParameterSetName = PathSet)]
[OutputType(typeof(BenchmarkMetric), typeof(string))]
public sealed class ReadBenchmarkResultCommand : ResultInputCmdlet
{
    /// <summary>Emits lines of text instead: methods down, metrics across, seeds averaged.</summary>
    [Parameter]
    public SwitchParameter Table { get; set; }

    /// <inheritdoc/>
    protected override void Take(string folder)
    {
        var rows = new ResultStore(folder).ReadSome();
        if (Table) WriteObject(ResultTable.Lines(ResultSummary.Create(rows)), enumerateCollection: true);
        else WriteObject(rows.Select(Record), enumerateCollection: true);
    }

    internal static BenchmarkMetric Record(ResultRow row) => new()
    {
        RunId = row.RunId,
        Dataset = row.Dataset,
        Method = row.Method,
        Parameters = row.Parameters,
        Seed = row.Seed,
        Metric = row.Metric,
        Group = row.Group,
        Value = row.Value,
        Status = row.Status,
        ErrorId = row.ErrorId,
        ElapsedSeconds = row.ElapsedSeconds,
        PeakMemoryMegabytes = row.PeakMemoryMegabytes,
    };
}
