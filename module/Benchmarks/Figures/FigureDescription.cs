using Thesis.Engine.Data;

namespace Thesis.Engine.Benchmarks;

/// <summary>What a figure is.</summary>
public enum FigureKind
{
    /// <summary>Lines with a marker at every point.</summary>
    Line,

    /// <summary>Lines without markers.</summary>
    Curve,

    /// <summary>Lines that keep their value up to the next point.</summary>
    Step,

    /// <summary>Markers.</summary>
    Points,

    /// <summary>Groups of bars.</summary>
    Bar,

    /// <summary>Shares of the records in ranges of a number.</summary>
    Histogram,

    /// <summary>Pictures in rows and columns.</summary>
    Pictures,
}

/// <summary>Which records a figure takes of a results' folder.</summary>
public enum FigureSource
{
    /// <summary>A record for each value of results.csv, its seeds averaged; see
    /// <see cref="ResultRecords.Values"/>.</summary>
    Values,

    /// <summary>A record for each point of the precision-recall curves; see <see cref="ResultRecords.Curves"/>.</summary>
    Curves,

    /// <summary>A record for each image of a reduced slice; see <see cref="ResultRecords.Slices"/>.</summary>
    Slices,

    /// <summary>None: the records come from elsewhere.</summary>
    Records,
}

/// <summary>An axis of a figure.</summary>
/// <param name="Columns">
/// The columns of its values. Of several the product where the axis has numbers, and their texts side by side where it has
/// names.
/// </param>
/// <param name="Axis">How it is drawn.</param>
public sealed record FigureAxis(IReadOnlyList<string> Columns, ChartAxis Axis)
{
    /// <summary>The column of the lower ends of the intervals; empty for none.</summary>
    public string Low { get; init; } = "";

    /// <summary>The column of the upper ends.</summary>
    public string High { get; init; } = "";

    /// <summary>The lower ends of a histogram's ranges, rising; the last has no upper end.</summary>
    public IReadOnlyList<double> Bins { get; init; } = [];
}

/// <summary>Where the pictures of a figure come from, and how they are shown.</summary>
/// <param name="Path">The column of the files.</param>
/// <param name="Index">The column of the places in files of several images, from 0; empty for none.</param>
/// <param name="Mask">The column of the masks that are shown in yellow; empty for none.</param>
/// <param name="Caption">The column of what stands below a picture; empty for nothing.</param>
/// <param name="Window">
/// What is black and what is white, in HU; null for images whose files say their colours.
/// </param>
/// <param name="MostRows">The most rows.</param>
public sealed record FigurePictures(
    string Path, string Index, string Mask, string Caption, (double Black, double White)? Window, int MostRows);

/// <summary>What <c>configs/figures/NAME.yaml</c> says of a figure.</summary>
public sealed record FigureDescription
{
    /// <summary>The version of the schema that this engine reads.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The name of the files.</summary>
    public required string Name { get; init; }

    /// <summary>What stands above.</summary>
    public required string Title { get; init; }

    /// <summary>The figure of the dissertation.</summary>
    public string Reference { get; init; } = "";

    /// <summary>What it is.</summary>
    public required FigureKind Kind { get; init; }

    /// <summary>The records that it takes of a results' folder.</summary>
    public FigureSource Source { get; init; }

    /// <summary>The benchmarks that it is drawn of, with wildcards; none where it is drawn of records alone.</summary>
    public IReadOnlyList<string> Benchmarks { get; init; } = [];

    /// <summary>The records that it takes: those whose columns have one of these values, in any case.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Where { get; init; } = [];

    /// <summary>The columns whose values, side by side, tell one panel from another, or one row of pictures.</summary>
    public IReadOnlyList<string> Panel { get; init; } = [];

    /// <summary>The columns whose values tell one series from another, or one column of pictures.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];

    /// <summary>The horizontal axis; null of pictures.</summary>
    public FigureAxis? X { get; init; }

    /// <summary>The vertical axis; null of pictures.</summary>
    public FigureAxis? Y { get; init; }

    /// <summary>The pictures; null of charts.</summary>
    public FigurePictures? Pictures { get; init; }

    /// <summary>What values of panels, series and categories are called, in the order in which they are drawn; others
    /// follow.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Names { get; init; } = [];

    /// <summary>What a value is called.</summary>
    public string NameOf(string value) => Names.FirstOrDefault(name => Same(name.Key, value)).Value ?? value;

    /// <summary>Whether a value is called something.</summary>
    internal bool HasName(string value) => PlaceOf(value) < Names.Count;

    /// <summary>Where a value stands among others.</summary>
    internal int PlaceOf(string value)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Same(Names[i].Key, value)) return i;
        }

        return Names.Count;
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
