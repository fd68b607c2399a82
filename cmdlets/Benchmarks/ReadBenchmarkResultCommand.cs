using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>Reads results.csv: its metrics as records, or as a table of methods and metrics.</summary>
/// <example>
/// <code>Read-BenchmarkResult results/lfw | Where-Object Metric -eq bcubed_f</code>
/// <para>Lists BCubed F of every run.</para>
/// </example>
/// <example>
/// <code>Read-BenchmarkResult results/lfw -Table</code>
/// <para>Shows the table, seeds averaged.</para>
/// </example>
[Cmdlet(VerbsCommunications.Read, "BenchmarkResult")]
[OutputType(typeof(BenchmarkMetric), typeof(string))]
public sealed class ReadBenchmarkResultCommand : EngineCmdlet
{
    /// <summary>The results' folder, or its results.csv.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "OutputPath")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>Emits lines of text instead: methods down, metrics across, seeds averaged.</summary>
    [Parameter]
    public SwitchParameter Table { get; set; }

    /// <summary>Reads the results.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var rows = new ResultStore(ResultStore.FolderOf(ResolveTarget(LiteralPath))).Read();
        if (rows.Count == 0) throw Nothing(LiteralPath);
        if (Table) WriteObject(ResultTable.Lines(ResultSummary.Create(rows)), enumerateCollection: true);
        else WriteObject(rows.Select(Record), enumerateCollection: true);
    });

    internal static BenchmarkMetric Record(ResultRow row) => new()
    {
        RunId = row.RunId,
        Dataset = row.Dataset,
        Method = row.Method,
        Parameters = row.Parameters,
        Seed = row.Seed,
        Metric = row.Metric,
        Value = row.Value,
        Status = row.Status,
        ErrorId = row.ErrorId,
        ElapsedSeconds = row.ElapsedSeconds,
        PeakMemoryMegabytes = row.PeakMemoryMegabytes,
    };

    private static InputException Nothing(string path) => new(
        "ResultsNotFound", FaultKind.NotFound, $"There are no results in '{path}'.", path);
}
