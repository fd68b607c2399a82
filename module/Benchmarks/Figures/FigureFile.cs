using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>Draws a described figure of records: a chart as PNG and SVG, pictures as PNG.</summary>
public static class FigureFile
{
    /// <summary>The files of a figure in a folder.</summary>
    public static IReadOnlyList<string> FilesOf(FigureDescription description, string folder)
    {
        ArgumentNullException.ThrowIfNull(description);
        var stem = Path.Combine(folder, description.Name);
        return description.Kind == FigureKind.Pictures
            ? [stem + ".png"] : [.. ChartFile.Extensions.Select(extension => stem + extension)];
    }

    /// <summary>Writes the files, each whole or not at all.</summary>
    /// <param name="description">What is drawn, and how.</param>
    /// <param name="records">The records; those that the description does not keep are passed over.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="overwrite">Whether files there may be replaced.</param>
    /// <param name="work">Cancellation; what could not be drawn is said.</param>
    /// <returns>How many records were kept.</returns>
    /// <exception cref="InputException">
    /// <c>FileExists</c>; <c>FigureColumnMissing</c>: no record has a column; <c>FigureEmpty</c>: no record is one of the
    /// figure;
    /// <c>FigureTooLarge</c>; or a fault of a picture's file.
    /// </exception>
    public static int Write(
        FigureDescription description, IReadOnlyList<FigureRecord> records, string folder, bool overwrite, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var kept = FigureColumns.Picked(description, records);
        var files = FilesOf(description, folder);
        if (description.Kind == FigureKind.Pictures)
        {
            FigureGrid.Write(description, kept, files[0], overwrite, work);
            return kept.Count;
        }

        var chart = FigureChart.Of(description, kept, work.Warning);
        foreach (var file in files) ChartFile.Write(chart, file, overwrite);
        return kept.Count;
    }
}
