using System.Management.Automation;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>
/// Writes the results of benchmarks as a report for people: one HTML file that needs no other file and no network, with
/// tables that sort, published values, reversed orders, plots, slices before and after their reduction, and the provenance
/// of every number.
/// </summary>
/// <remarks>
/// <para>A table is that of ConvertTo-BenchmarkTable; a click on a heading sorts by its column. The PNG files that lie
/// beside a results.csv, such as Export-Figure's, are shown below it. Where its numbers come from (runs, seconds, memory,
/// device, version, commit, SHA-256 of config and data) opens at a click. Wide tables scroll, so that the page can be read
/// on a phone.</para>
/// <para>Of metal artifact reduction, where the results' folder still holds the images, a slice of each size of metal is
/// shown: before, after each method, the difference (after less before, around 0 HU) and the truth, each with its window in
/// HU, and a slider between before and the method that was chosen by a click.</para>
/// </remarks>
/// <example>
/// <code>Export-BenchmarkReport results/* -Destination report.html</code>
/// <para>A report of all results.</para>
/// </example>
/// <example>
/// <code>Export-BenchmarkReport results/smoke-tomography -WindowCenter 300 -WindowWidth 2000 -Destination bone.html</code>
/// <para>Slices in the window of bone.</para>
/// </example>
/// <seealso cref="ConvertToBenchmarkTableCommand"/>
/// <seealso cref="ExportFigureCommand"/>
[Cmdlet(VerbsData.Export, "BenchmarkReport", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportBenchmarkReportCommand : PublishedInputCmdlet
{
    private readonly List<ReportPart> _parts = [];
    private DisplayWindow _window = DisplayWindow.SoftTissue;

    /// <summary>The file, NAME.html.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The heading.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Results";

    /// <summary>The middle of the window of slices, in HU.</summary>
    [Parameter]
    public double WindowCenter { get; set; } = DisplayWindow.SoftTissue.Center;

    /// <summary>The width of the window of slices, in HU; that of the differences, around 0, too.</summary>
    [Parameter]
    public double WindowWidth { get; set; } = DisplayWindow.SoftTissue.Width;

    /// <summary>Replaces a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the window.</summary>
    protected override void BeginProcessing() => _window = Require(() => new DisplayWindow(WindowCenter, WindowWidth));

    /// <inheritdoc/>
    protected override void Take(string folder)
    {
        var (table, rows) = TableOf(folder);
        _parts.Add(new ReportPart(table, rows, [.. Directory.EnumerateFiles(folder, "*.png").Order(StringComparer.Ordinal)])
        {
            Slices = Compute(work => SliceComparison.Of(folder, rows, _window, work)),
        });
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
