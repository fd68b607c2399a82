using System.Management.Automation;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>
/// Writes the results of benchmarks as a report for people: one HTML file that needs no other file and no network, with tables that sort,
/// published values, reversed orders, plots and the provenance of every number.
/// </summary>
/// <remarks>
/// <para>A table is that of ConvertTo-BenchmarkTable; a click on a heading sorts by its column. The PNG files that lie beside a results.csv,
/// such as Export-BenchmarkPlot's, are shown below it. Where its numbers come from (runs, seconds, memory, device, version, commit,
/// SHA-256 of config and data) opens at a click. Wide tables scroll, so that the page can be read on a phone.</para>
/// </remarks>
/// <example>
/// <code>Export-BenchmarkReport results/* -Destination report.html</code>
/// <para>A report of all results.</para>
/// </example>
/// <seealso cref="ConvertToBenchmarkTableCommand"/>
/// <seealso cref="ExportBenchmarkPlotCommand"/>
[Cmdlet(VerbsData.Export, "BenchmarkReport", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportBenchmarkReportCommand : PublishedInputCmdlet
{
    private readonly List<ReportPart> _parts = [];

    /// <summary>The file, NAME.html.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The heading.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Results";

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Take(string folder)
    {
        var (table, rows) = TableOf(folder);
        _parts.Add(new ReportPart(table, rows, [.. Directory.EnumerateFiles(folder, "*.png").Order(StringComparer.Ordinal)]));
    }

    /// <summary>Writes the report.</summary>
    protected override void EndProcessing()
    {
        if (_parts.Count == 0) return;
        var target = ResolveTarget(Destination);
        if (!ShouldProcess(target, $"Report {_parts.Count} benchmarks")) return;
        Guard(() =>
        {
            ResultReport.Write(target, Title, _parts, Force);
            WriteObject(new FileInfo(target));
        });
    }
}
