namespace Thesis.Engine.Data;

/// <summary>How a series is drawn.</summary>
public enum ChartStyle
{
    /// <summary>A line.</summary>
    Line,

    /// <summary>A line with a marker at every point.</summary>
    Markers,

    /// <summary>Markers alone.</summary>
    Points,

    /// <summary>A line that keeps its value up to the next point.</summary>
    Step,

    /// <summary>Bars from 0; X counts the axis' categories from 0.</summary>
    Bars,
}

/// <summary>An axis.</summary>
/// <param name="Label">What it shows.</param>
public sealed record ChartAxis(string Label)
{
    /// <summary>The unit, in brackets behind the label; empty for none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>
    /// Whether it is logarithmic above 1 and linear below: v goes to v up to 1, to 1 + log10 v above, and likewise below 0,
    /// so that 0 has a place.
    /// </summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Where it begins; null for where the data do.</summary>
    public double? From { get; init; }

    /// <summary>Where it ends; null for where the data do.</summary>
    public double? To { get; init; }

    /// <summary>Whether it counts: its ticks are whole numbers.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The names of the places 0, 1, 2 ...; empty for numbers.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>The label with its unit.</summary>
    public string Text => Unit.Length == 0 ? Label : $"{Label} ({Unit})";
}

/// <summary>A named series of points. Points with the same name have the same colour in all panels.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="X">Places.</param>
/// <param name="Y">Values, as many.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>How it is drawn.</summary>
    public ChartStyle Style { get; init; } = ChartStyle.Line;

    /// <summary>The lower ends of the intervals, NaN where there is none; empty for no intervals.</summary>
    public IReadOnlyList<double> Low { get; init; } = [];

    /// <summary>The upper ends.</summary>
    public IReadOnlyList<double> High { get; init; } = [];

    /// <summary>Whether it belongs to the axis on the right.</summary>
    public bool IsOnRight { get; init; }
}

/// <summary>A dashed line across a panel, named in the legend.</summary>
/// <param name="Name">Its name.</param>
/// <param name="At">Its place.</param>
/// <param name="IsLevel">Whether it is a level of the vertical axis, in the colour of a series; else a grey place of the
/// other.</param>
public sealed record ChartMark(string Name, double At, bool IsLevel = false);

/// <summary>Axes with series in them.</summary>
/// <param name="Title">What stands above; empty for nothing.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">The series.</param>
public sealed record ChartPanel(string Title, ChartAxis X, ChartAxis Y, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>Lines across.</summary>
    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    /// <summary>The axis of the series on the right; null for none.</summary>
    public ChartAxis? Right { get; init; }
}

/// <summary>A chart: panels beside and below one another under one title, with one legend to their right.</summary>
/// <param name="Title">The title.</param>
/// <param name="Panels">One or more panels.</param>
public sealed record Chart(string Title, IReadOnlyList<ChartPanel> Panels);
