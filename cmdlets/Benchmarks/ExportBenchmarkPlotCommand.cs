using System.Management.Automation;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>
/// Draws the precision-recall plot of a benchmark's results, as PNG and SVG: precision-recall.png, or one for each
/// dataset, precision-recall-DATASET.png, where there are several.
/// </summary>
/// <remarks>
/// <para>A linkage is the curve of all its cuts (Figures 2.7 to 2.9 and 2.12), from curves/RUNID.csv; another method is the
/// point of its bcubed_recall and bcubed_precision. Of several seeds the first is drawn.</para>
/// </remarks>
/// <example>
/// <code>Export-BenchmarkPlot results/lfw -Force</code>
/// <para>Draws the plot anew.</para>
/// </example>
/// <seealso cref="ReadBenchmarkResultCommand"/>
[Cmdlet(VerbsData.Export, "BenchmarkPlot", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(BenchmarkPlot))]
public sealed class ExportBenchmarkPlotCommand : ResultInputCmdlet
{
    private const string Name = "precision-recall";

    /// <summary>The folder of the plots; the results' folder unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Replaces plots that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void Take(string folder)
    {
        var target = Destination is null ? folder : ResolveTarget(Destination);
        var rows = new ResultStore(folder).Read();
        if (rows.Count == 0) throw Nothing(folder);
        var datasets = PrecisionRecall.Collect(folder, rows).GroupBy(series => series.Dataset).ToArray();
        foreach (var dataset in datasets)
        {
            var name = datasets.Length == 1 ? Name : $"{Name}-{dataset.Key}";
            var path = System.IO.Path.Combine(target, name);
            if (ShouldProcess(path + ".png", "Draw the precision-recall plot")) Draw([.. dataset], rows[0], path);
        }
    }

    private void Draw(PrecisionRecallSeries[] series, ResultRow row, string path)
    {
        var title = $"{row.Benchmark}: {series[0].Dataset}";
        foreach (var file in Compute(_ => PrecisionRecallPlot.Write(series, title, path, Force)))
        {
            WriteObject(new BenchmarkPlot
            {
                Dataset = series[0].Dataset,
                Path = file,
                Methods = series.Select(line => line.Method).Distinct().Count(),
            });
        }
    }

    private static InputException Nothing(string path) => new(
        "ResultsNotFound", FaultKind.NotFound, $"There are no results in '{path}'.", path);
}
