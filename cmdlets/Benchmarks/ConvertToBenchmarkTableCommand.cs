using System.Management.Automation;
using Thesis.Engine.Benchmarks;

namespace Thesis.Cmdlets.Benchmarks;

/// <summary>
/// Writes a benchmark's results as a table of Markdown, CSV or LaTeX, beside the values that the dissertation prints, and says which of
/// its orders of two methods are reversed.
/// </summary>
/// <remarks>
/// <para>A cell is the mean over the seeds, plus or minus their standard deviation where there are several, and in brackets the published
/// value. Above a table stand n (what each value is over), the number of seeds, whether generated data stand in for the real, and
/// whether the run is a reduced one. CSV has a line a cell with all digits and the 95 % interval: of the mean over the seeds by
/// Student's t, or for one seed the one that the run gave itself.</para>
/// <para>An order is two methods with different published values in a column; it is reversed where the method of the larger published value
/// has the smaller value here. "Within the intervals" is said where both have one and they meet. Of a method with a grid of parameters
/// the best point stands beside the published value, since its thresholds were an oracle's, too.</para>
/// <para>Published values come with the module, in configs/published, for the benchmarks whose name begins with theirs, such as
/// table-4.2-reduced; their columns are table, page, dataset, method, group, metric, value, spread.</para>
/// </remarks>
/// <example>
/// <code>ConvertTo-BenchmarkTable results/table-3.2</code>
/// <para>The table as Markdown, ours and theirs.</para>
/// </example>
/// <example>
/// <code>ConvertTo-BenchmarkTable results/table-3.2 -Format Latex -Metric bcubed_* | Set-Content table.tex</code>
/// <para>Some of its metrics for a paper.</para>
/// </example>
/// <seealso cref="ExportBenchmarkReportCommand"/>
/// <seealso cref="CompareBenchmarkResultCommand"/>
/// <seealso cref="ReadBenchmarkResultCommand"/>
[Cmdlet(VerbsData.ConvertTo, "BenchmarkTable", DefaultParameterSetName = PathSet)]
[OutputType(typeof(string))]
public sealed class ConvertToBenchmarkTableCommand : PublishedInputCmdlet
{
    /// <summary>The format.</summary>
    [Parameter]
    [ValidateSet("Markdown", "Csv", "Latex")]
    public string Format { get; set; } = "Markdown";

    /// <inheritdoc/>
    protected override void Take(string folder) => WriteObject(
        TableText.Lines(TableOf(folder).Table, Enum.Parse<TableFormat>(Format, ignoreCase: true)), enumerateCollection: true);
}
