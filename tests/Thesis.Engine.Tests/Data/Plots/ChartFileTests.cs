using System.Globalization;
using System.Xml.Linq;
using SkiaSharp;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data.Plots;

public sealed class ChartFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-charts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Axes_with_units_panels_and_every_series_are_named()
    {
        var texts = Texts(Svg(Two()));
        foreach (var text in (string[])["the title", "steps (1/255)", "accuracy (share)", "left", "right", "one", "two", "cut 0.5"])
        {
            Assert.Contains(text, texts.Select(found => found.Text));
        }
    }

    [Fact]
    public void A_legend_stands_once_to_the_right_of_all_panels()
    {
        var texts = Texts(Svg(Two()));
        var axes = texts.Where(found => found.Text.StartsWith("steps", StringComparison.Ordinal)).Max(found => found.X);
        foreach (var name in (string[])["one", "two", "cut 0.5"])
        {
            Assert.True(Assert.Single(texts, found => found.Text == name).X > axes);
        }
    }

    [Fact]
    public void An_interval_reaches_from_its_lower_to_its_upper_end()
    {
        var (top, bottom, zero, scale) = Inked(0.2, 0.6);
        Assert.Equal(0.4 * scale, bottom - top, 0.02 * scale);
        Assert.Equal(zero - (0.6 * scale), top, 0.02 * scale);
        Assert.Equal(zero - (0.2 * scale), bottom, 0.02 * scale);
    }

    [Fact]
    public void A_logarithmic_axis_has_a_place_for_zero()
    {
        var panel = new ChartPanel(
            "", new ChartAxis("x") { From = 20, To = 30 }, new ChartAxis("n") { IsLogarithmic = true },
            [new ChartSeries("s", [21, 22, 23, 24, 25], [0, 1, 10, 100, 1000])]);
        var texts = Texts(Svg(new Chart("", [panel])));
        double At(string text) => texts.First(found => found.Text == text).Y;
        foreach (var (low, high) in ((string, string)[])[("1", "10"), ("10", "100"), ("100", "1,000")])
        {
            Assert.Equal(At("0") - At("1"), At(low) - At(high), 0.01);
        }
    }

    [Fact]
    public void Another_extension_is_refused_and_a_file_that_is_there_stays()
    {
        Assert.Equal("PlotFormatUnknown", Assert.Throws<InputException>(
            () => ChartFile.Write(Two(), Path.Combine(_folder, "a.gif"), overwrite: false)).ErrorId);
        var path = Path.Combine(_folder, "a.png");
        ChartFile.Write(Two(), path, overwrite: false);
        Assert.Equal("FileExists",
            Assert.Throws<InputException>(() => ChartFile.Write(Two(), path, overwrite: false)).ErrorId);
    }

    private static Chart Two()
    {
        var (x, y) = (new ChartAxis("steps") { Unit = "1/255" }, new ChartAxis("accuracy") { Unit = "share" });
        var one = new ChartSeries("one", [0, 1], [0, 1]);
        return new Chart("the title",
        [
            new ChartPanel("left", x, y, [one]) { Marks = [new ChartMark("cut 0.5", 0.5)] },
            new ChartPanel("right", x, y, [one, new ChartSeries("two", [0, 1], [1, 0]) { Style = ChartStyle.Bars }]),
        ]);
    }

    private string Svg(Chart chart)
    {
        var path = Path.Combine(_folder, "chart.svg");
        ChartFile.Write(chart, path, overwrite: true);
        return path;
    }

    // The rows of what is drawn in the colour of the series, that of the axis' 0, and the pixels from there to 1.
    private (int Top, int Bottom, double Zero, double Scale) Inked(double low, double high)
    {
        var series = new ChartSeries("s", [25], [0.5]) { Style = ChartStyle.Points, Low = [low], High = [high] };
        var path = Path.Combine(_folder, "interval.png");
        var panel = new ChartPanel("", new ChartAxis("x") { From = 20, To = 30 }, new ChartAxis("y") { From = 0, To = 1 },
            [series]);
        ChartFile.Write(new Chart("", [panel]), path, overwrite: true);
        using var bitmap = SKBitmap.Decode(path);
        var inked = Enumerable.Range(0, bitmap.Height).Where(row => Enumerable.Range(0, bitmap.Width * 3 / 4).Any(
            column => bitmap.GetPixel(column, row) is { Blue: > 150, Red: < 80 })).ToArray();
        var texts = Texts(Svg(new Chart("", [panel])));
        double At(string text) => texts.First(found => found.Text == text).Y;
        // A text stands a little below the middle of its tick.
        return (inked[0], inked[^1], At("0") - 4, At("0") - At("1"));
    }

    private static (string Text, double X, double Y)[] Texts(string svg)
    {
        return [.. XDocument.Load(svg).Descendants().Where(node => node.Name.LocalName == "text").Select(node =>
        {
            var (x, y) = (0.0, 0.0);
            for (var at = node; at is not null; at = at.Parent)
            {
                if (at.Attribute("transform")?.Value is not { } transform) continue;
                var numbers = transform[(transform.IndexOf('(', StringComparison.Ordinal) + 1)..^1]
                    .Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
                    .Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
                if (transform.StartsWith("translate", StringComparison.Ordinal))
                {
                    (x, y) = (x + numbers[0], y + numbers.ElementAtOrDefault(1));
                }

                if (transform.StartsWith("matrix", StringComparison.Ordinal)) (x, y) = (x + numbers[4], y + numbers[5]);
            }

            return (node.Value.Trim(), x + First(node, "x"), y + First(node, "y"));
        })];

        static double First(XElement node, string name) =>
            double.Parse(node.Attribute(name)?.Value.Split([' ', ','])[0] ?? "0", CultureInfo.InvariantCulture);
    }
}
