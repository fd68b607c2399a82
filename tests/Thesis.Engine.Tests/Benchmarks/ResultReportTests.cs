using System.Text.RegularExpressions;
using System.Xml.Linq;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

public sealed partial class ResultReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_report_needs_no_other_file_and_shows_names_as_text()
    {
        var picture = Path.Combine(_folder.Path, "curve.png");
        File.WriteAllBytes(picture, [1, 2, 3]);
        var html = Written("<script>alert(1)</script>", [picture]);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(OutsideReference(), html);
        Assert.Contains("src=\"data:image/png;base64,AQID\"", html, StringComparison.Ordinal);
        Assert.Matches("<img[^>]* alt=\"curve of probe", html);
    }

    [Fact]
    public void Cells_carry_their_full_value_for_sorting_and_provenance_stands_by()
    {
        var html = Written("a", []);
        Assert.Contains("<td data-v=\"0.3333333333333333\">0.3333</td>", html, StringComparison.Ordinal);
        Assert.Contains("<dt>commit</dt><dd>0123456789ab</dd>", html, StringComparison.Ordinal);
        Assert.Contains("<dt>runs</dt><dd>2, 1 failed: NoLuck</dd>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_shows_before_after_difference_and_truth_each_with_its_window_and_once()
    {
        var slice = new SliceComparison(
            "case <1>", DisplayWindow.SoftTissue, new DisplayWindow(0, 450), [1], [2],
            [new ComparedMethod("li", [3], [4]), new ComparedMethod("nmar", [5], [6])]);
        var html = Written("a", [], slice);
        var shown = Regex.Matches(html, "<figure>.*?base64,([^\"]*)\".*?<figcaption>(.*?)<br/><small>(.*?)</small>")
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value)).ToArray();
        Assert.Equal(
            [
                ("AQ==", "before", "-175 to 275 HU"), ("Aw==", "li", "-175 to 275 HU"),
                ("BA==", "li less before", "-225 to 225 HU"),
                ("BQ==", "nmar", "-175 to 275 HU"), ("Bg==", "nmar less before", "-225 to 225 HU"),
                ("Ag==", "truth", "-175 to 275 HU"),
            ],
            shown);
        Assert.Contains("case &lt;1&gt;", html, StringComparison.Ordinal);
        Assert.Contains("<input type=\"range\"", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(OutsideReference(), html);
    }

    [Fact]
    public void The_body_is_well_formed()
    {
        var html = Written("a & b", [], new SliceComparison(
            "case & co", DisplayWindow.SoftTissue, new DisplayWindow(0, 450), [1], [2],
                [new ComparedMethod("li & co", [3], [4])]));
        var main = html[html.IndexOf("<main>", StringComparison.Ordinal)..html.IndexOf("<script>",
            StringComparison.Ordinal)];

        // Attributes without quotes are HTML's, not XML's.
        Assert.Single(XElement.Parse(
            main.Replace("class=t tabindex=0", "class=\"t\"", StringComparison.Ordinal) + "</main>").Elements("section"));
    }

    [Fact]
    public void A_file_that_is_there_stays_unless_it_may_go()
    {
        var path = Path.Combine(_folder.Path, "there.html");
        File.WriteAllText(path, "mine");
        Assert.Equal("FileExists",
            Assert.Throws<InputException>(() => ResultReport.Write(path, "t", [Part("a", [])], overwrite: false)).ErrorId);
        Assert.Equal("mine", File.ReadAllText(path));
    }

    [GeneratedRegex("(src|href)=\"(?!data:|#)|https?:|url\\(|@import")]
    private static partial Regex OutsideReference();

    private string Written(string method, string[] pictures, params SliceComparison[] slices)
    {
        var path = Path.Combine(_folder.Path, "report.html");
        ResultReport.Write(path, "Results", [Part(method, pictures) with { Slices = slices }], overwrite: true);
        return File.ReadAllText(path);
    }

    private static ReportPart Part(string method, string[] pictures)
    {
        var row = new ResultRow
        {
            RunId = "1",
            Benchmark = "probe",
            Task = "face-clustering",
            Dataset = "d",
            Method = method,
            Parameters = "{}",
            Seed = 1,
            Metric = "f",
            Value = 1.0 / 3,
            Status = ResultRow.Succeeded,
            Commit = "0123456789abcdef",
        };
        ResultRow[] rows = [row,
            row with { RunId = "2", Value = null, Metric = "", Status = ResultRow.Failed, ErrorId = "NoLuck" }];
        return new ReportPart(BenchmarkTable.Of(rows, null, []), rows, pictures);
    }
}
