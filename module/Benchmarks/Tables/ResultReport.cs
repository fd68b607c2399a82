using System.Globalization;
using System.Net;
using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// Results as one HTML file that needs no other and no network: tables that sort by a click on a heading, ours beside the
/// published values, the orders that are reversed, plots, slices before and after with a slider between, and where every
/// number comes from. It fits a phone: wide tables scroll by themselves.
/// </summary>
public static class ResultReport
{
    /// <summary>The most bytes of one picture; a larger one is named and left out.</summary>
    public const long MostPictureBytes = 16 << 20;

    private const string Head = """
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none';img-src data:;style-src 'unsafe-inline';script-src 'unsafe-inline'">
        <title>Results</title><style>
        :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:72em;margin:0 auto;padding:1em}
        h1{font-size:1.6em}h2{font-size:1.3em;margin:2em 0 .3em;border-bottom:1px solid #8886}h3{font-size:1em;margin:1.2em 0 .3em}
        .t{overflow-x:auto;background:linear-gradient(Canvas,Canvas) right/2em 100% no-repeat local,linear-gradient(to left,#8889,#0000) right/1em 100% no-repeat scroll}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.2em .7em;text-align:right;white-space:nowrap}
        td:first-child,th:first-child{text-align:left;position:sticky;left:0;background:Canvas}tr:nth-child(even) td{background:#8881}
        tr:nth-child(even) td:first-child{background:linear-gradient(#8881,#8881) Canvas}
        th button{all:unset;cursor:pointer;font-weight:600}th button:focus-visible{outline:2px solid}th[aria-sort=ascending] button::after{content:" \2191"}
        th[aria-sort=descending] button::after{content:" \2193"}small{opacity:.75}img{max-width:100%;height:auto;background:#fff}figure{margin:1em 0}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em;margin:.5em 0}dt{opacity:.75}dd{margin:0;overflow-wrap:anywhere}summary{cursor:pointer}
        </style></head><body>
        """;

    // A column is sorted by its numbers, downwards first; empty cells come last.
    private const string Script = """
        for(const b of document.querySelectorAll('th button'))b.onclick=()=>{
        const h=b.parentElement,t=h.closest('table'),i=h.cellIndex,down=h.getAttribute('aria-sort')!=='descending';
        for(const o of t.querySelectorAll('th'))o.removeAttribute('aria-sort');
        h.setAttribute('aria-sort',down?'descending':'ascending');
        const v=r=>r.cells[i].dataset.v??(i?'':r.cells[i].textContent),n=r=>v(r)===''?NaN:Number(v(r));
        const rows=[...t.tBodies[0].rows].sort((x,y)=>i?(isNaN(n(x))?1:isNaN(n(y))?-1:down?n(y)-n(x):n(x)-n(y)):(down?-1:1)*v(x).localeCompare(v(y)));
        t.tBodies[0].append(...rows)}
        """;

    /// <summary>Writes a report.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="parts">The benchmarks.</param>
    /// <param name="overwrite">Whether a file there may be replaced.</param>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>, faults of pictures.</exception>
    public static void Write(string path, string title, IReadOnlyList<ReportPart> parts, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(parts);
        AtomicFile.Write(
            path,
            stream =>
            {
                using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
                text.WriteLine(Head.ReplaceLineEndings("\n").Replace("<title>Results", $"<title>{Safe(title)}",
                    StringComparison.Ordinal)
                    .Replace("</style>", ComparisonHtml.Style.ReplaceLineEndings("\n") + "\n</style>",
                        StringComparison.Ordinal));
                text.WriteLine($"<h1>{Safe(title)}</h1>");
                WriteContents(text, parts);
                for (var part = 0; part < parts.Count; part++) WritePart(text, parts[part], part);
                text.WriteLine($"<script>\n{Script}\n{ComparisonHtml.Script}\n</script></body></html>".ReplaceLineEndings(
                    "\n"));
            },
            overwrite);
    }

    private static void WriteContents(StreamWriter text, IReadOnlyList<ReportPart> parts)
    {
        text.WriteLine("<nav><ul>");
        for (var part = 0; part < parts.Count; part++)
        {
            var table = parts[part].Table;
            var orders = table.OrderCount == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $" <small>{table.OrderCount - table.BrokenOrders.Count} of {table.OrderCount} published orders hold</small>");
            text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"<li><a href=\"#p{part}\">{Safe(table.Benchmark)}</a>{orders}</li>"));
        }

        text.WriteLine("</ul></nav><main>");
    }

    private static void WritePart(StreamWriter text, ReportPart part, int number)
    {
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"<section><h2 id=\"p{number}\">{Safe(part.Table.Benchmark)}</h2>"));
        text.WriteLine("<details><summary>Where it comes from</summary><dl>");
        foreach (var (name, value) in part.Provenance()) text.WriteLine($"<dt>{Safe(name)}</dt><dd>{Safe(value)}</dd>");
        text.WriteLine("</dl></details>");
        foreach (var section in TableSection.Of(part.Table)) WriteSection(text, part.Table, section);
        WriteOrders(text, part.Table);
        foreach (var picture in part.Pictures) WritePicture(text, part.Table, picture);
        foreach (var slice in part.Slices) ComparisonHtml.Write(text, slice);
        text.WriteLine("</section>");
    }

    private static void WriteSection(StreamWriter text, BenchmarkTable table, TableSection section)
    {
        text.WriteLine($"<h3>{Safe(section.Title)}</h3><p><small>{Safe(section.Provenance(table))}</small></p>");
        text.Write("<div class=t tabindex=0><table><thead><tr><th><button>method</button></th>");
        foreach (var column in section.Columns) text.Write($"<th><button>{Safe(column)}</button></th>");
        text.WriteLine("</tr></thead><tbody>");
        foreach (var (name, cells) in section.Rows)
        {
            text.WriteLine($"<tr><td>{Safe(name)}</td>{string.Concat(cells.Select(Cell))}</tr>");
        }

        text.WriteLine("</tbody></table></div>");
    }

    private static string Cell(TableCell? cell)
    {
        if (cell is null) return "<td></td>";
        var value = cell.Measured;
        var spread = value.Deviation is { } deviation ? $" ± {TableText.Number(deviation)}" : "";
        var published = cell.Published is { } theirs ? $" <small>({TableText.Number(theirs.Value)})</small>" : "";
        var interval = value is { Low: { } low, High: { } high }
            ? string.Create(CultureInfo.InvariantCulture,
                $" title=\"95 % interval {TableText.Number(low)} to {TableText.Number(high)}\"")
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"<td data-v=\"{value.Mean:R}\"{interval}>{TableText.Number(value.Mean)}{spread}{published}</td>");
    }

    private static void WriteOrders(StreamWriter text, BenchmarkTable table)
    {
        string[] lines = [.. TableText.Orders(table).Where(line => line.Length > 0)];
        if (lines.Length == 0) return;
        text.WriteLine($"<p>{Safe(lines[0])}</p>");
        if (lines.Length == 1) return;
        text.WriteLine($"<ul>{string.Concat(lines.Skip(1).Select(line => $"<li>{Safe(line[2..])}</li>"))}</ul>");
    }

    private static void WritePicture(StreamWriter text, BenchmarkTable table, string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        if (new FileInfo(path).Length > MostPictureBytes)
        {
            text.WriteLine($"<p>{Safe(name)}.png is too large for the page.</p>");
            return;
        }

        var methods = string.Join(", ", table.Cells.Select(cell => cell.Measured.Method).Distinct(StringComparer.Ordinal));
        var bytes = InputFile.Guard(path, () => File.ReadAllBytes(path));
        var image = HtmlPicture.Of(
            bytes, $"{name} of {table.Benchmark}, of the methods {methods}; the tables above have its numbers", " loading=\"lazy\"");
        text.WriteLine($"<figure>{image}<figcaption>{Safe(name)}</figcaption></figure>");
    }

    // Names of datasets and methods are a config's, and that may be a stranger's.
    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
