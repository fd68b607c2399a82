using System.Globalization;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Thesis.Engine.Data;

/// <summary>Draws one panel of a chart by ScottPlot.</summary>
internal static class PanelDrawing
{
    private const float LineWidth = 2;
    private const float MarkerSize = 7;
    private const float CapSize = 4;
    private const double GroupWidth = 0.8;
    private const double Headroom = 0.02;
    private const int MostLevelTexts = 12;

    /// <summary>Draws a panel in a rectangle.</summary>
    public static void Draw(SKCanvas canvas, ChartPanel panel, Func<string, Color> colourOf, SKRect place)
    {
        using var plot = new Plot();
        var bars = panel.Series.Where(series => series.Style == ChartStyle.Bars).ToArray();
        foreach (var series in panel.Series)
        {
            if (series.Style == ChartStyle.Bars)
            {
                AddBars(plot, panel, series, colourOf(series.Name), Array.IndexOf(bars, series), bars.Length);
            }

            else AddLine(plot, panel, series, colourOf(series.Name));
        }

        foreach (var mark in panel.Marks) AddMark(plot, panel, mark, colourOf);
        if (panel.Title.Length > 0) plot.Title(panel.Title, size: 15);
        plot.XLabel(panel.X.Text);
        plot.YLabel(panel.Y.Text);
        Prepare(plot.Axes.Bottom, panel.X);
        Prepare(plot.Axes.Left, panel.Y);
        if (panel.Right is { } right)
        {
            plot.Axes.Right.Label.Text = right.Text;
            Prepare(plot.Axes.Right, right);
        }

        SetLimits(plot, panel);
        plot.Render(canvas, new PixelRect(place.Left, place.Right, place.Bottom, place.Top));
    }

    private static void AddLine(Plot plot, ChartPanel panel, ChartSeries series, Color colour)
    {
        double[] x = [.. series.X.Select(value => Place(panel.X, value))];
        double[] y = [.. series.Y.Select(value => Place(series.IsOnRight ? panel.Right! : panel.Y, value))];
        var line = plot.Add.Scatter(x, y);
        line.Color = colour;
        line.LineWidth = series.Style == ChartStyle.Points ? 0 : LineWidth;
        line.MarkerSize = series.Style is ChartStyle.Markers or ChartStyle.Points || x.Length == 1 ? MarkerSize : 0;
        if (series.Style == ChartStyle.Step) line.ConnectStyle = ConnectStyle.StepHorizontal;
        if (series.IsOnRight) line.Axes.YAxis = plot.Axes.Right;
        AddIntervals(plot, panel.Y, x, series, colour);
    }

    private static void AddBars(Plot plot, ChartPanel panel, ChartSeries series, Color colour, int place, int count)
    {
        var size = GroupWidth / count;
        double[] x = [.. series.X.Select(value => value + ((place - ((count - 1) / 2.0)) * size))];
        var bars = plot.Add.Bars(x, [.. series.Y.Select(value => Place(panel.Y, value))]);
        foreach (var bar in bars.Bars) (bar.Size, bar.FillColor, bar.LineWidth) = (size * 0.9, colour, 0);
        AddIntervals(plot, panel.Y, x, series, Colors.Black);
    }

    // Stems with caps, as wide on paper whatever the axis.
    private static void AddIntervals(Plot plot, ChartAxis axis, double[] x, ChartSeries series, Color colour)
    {
        var places = Enumerable.Range(0, Math.Min(series.Low.Count, series.High.Count))
            .Where(i => double.IsFinite(series.Low[i]) && double.IsFinite(series.High[i])).ToArray();
        if (places.Length == 0) return;
        double[] y = [.. places.Select(i => Place(axis, series.Y[i]))];
        double[] none = new double[places.Length];
        // ScottPlot draws what it calls negative upwards.
        plot.Add.Plottable(new ErrorBar(
            Array.ConvertAll(places, i => x[i]), y, none, none,
            [.. places.Select((i, at) => Place(axis, series.High[i]) - y[at])],
            [.. places.Select((i, at) => y[at] - Place(axis, series.Low[i]))])
        {
            Color = colour, CapSize = CapSize,
        });
    }

    private static void AddMark(Plot plot, ChartPanel panel, ChartMark mark, Func<string, Color> colourOf)
    {
        if (mark.IsLevel)
        {
            plot.Add.HorizontalLine(Place(panel.Y, mark.At), LineWidth, colourOf(mark.Name), LinePattern.Dashed);
        }

        else plot.Add.VerticalLine(Place(panel.X, mark.At), 1, ChartPalette.Mark, LinePattern.Dashed);
    }

    private static double Place(ChartAxis axis, double value) => !axis.IsLogarithmic || Math.Abs(value) <= 1
        ? value
        : Math.Sign(value) * (1 + Math.Log10(Math.Abs(value)));

    private static void Prepare(IAxis axis, ChartAxis meaning)
    {
        if (meaning.Categories.Count > 0)
        {
            axis.TickGenerator = new NumericManual(
                [.. Enumerable.Range(0, meaning.Categories.Count).Select(i => (double)i)], [.. meaning.Categories]);
            if (meaning.Categories.Sum(name => name.Length) > 60)
            {
                (axis.TickLabelStyle.Rotation, axis.TickLabelStyle.Alignment) = (30, Alignment.MiddleLeft);
                axis.MinimumSize = 12 + (4 * meaning.Categories.Max(name => name.Length));
            }
        }
        else if (meaning.IsLogarithmic)
        {
            // 0, 1, 10, 100 ... and the same below 0; more than fit are not shown anyway.
            var decades = Enumerable.Range(0, MostLevelTexts).Select(i => Math.Pow(10, i)).ToArray();
            double[] values = [.. decades.Select(value => -value).Reverse(), 0, .. decades];
            axis.TickGenerator = new NumericManual(
                Array.ConvertAll(values, value => Place(meaning, value)),
                Array.ConvertAll(values, value => value.ToString("#,0", CultureInfo.InvariantCulture)));
        }
        else
        {
            axis.TickGenerator = new NumericAutomatic
            {
                IntegerTicksOnly = meaning.IsWhole,
                LabelFormatter = value => value.ToString(meaning.IsWhole ? "#,0" : "0.######", CultureInfo.InvariantCulture),
            };
        }
    }

    private static void SetLimits(Plot plot, ChartPanel panel)
    {
        plot.Axes.AutoScale();
        var limits = plot.Axes.GetLimits();
        var bottom = panel.Y.From is { } from ? Place(panel.Y, from) : limits.Bottom;
        if (panel.Y.From is null && panel.Series.Any(series => series.Style == ChartStyle.Bars))
        {
            bottom = Math.Min(0, bottom);
        }

        var top = panel.Y.To is { } to ? Place(panel.Y, to) : limits.Top;

        // A curve along the edge is seen whole.
        if (panel.Y.To is not null) top += Headroom * (top - bottom);
        var left = panel.X.From is { } start ? Place(panel.X, start) : limits.Left;
        var right = panel.X.To is { } end ? Place(panel.X, end) : limits.Right;
        if (panel.X.To is not null) right += Headroom * (right - left);
        plot.Axes.SetLimits(left, right, bottom, top);
        if (panel.Right is { } other) plot.Axes.SetLimitsY(other.From ?? 0, (other.To ?? 1) + Headroom, plot.Axes.Right);
    }
}
