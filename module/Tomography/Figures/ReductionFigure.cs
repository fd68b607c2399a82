using Thesis.Engine.Data;

namespace Thesis.Engine.Tomography;

/// <summary>Draws pictures side by side, each under its title and over its window, as PNG.</summary>
public static class ReductionFigure
{
    private const int SmallestPanel = 256;
    private const int MostColumns = 4;

    /// <summary>Writes a figure of one or more pictures; up to four stand in a row.</summary>
    public static void Write(Stream stream, IReadOnlyList<FigurePanel> panels)
    {
        ArgumentNullException.ThrowIfNull(panels);
        PictureRow[] rows = [.. panels.Chunk(MostColumns).Select(row => new PictureRow("", Array.ConvertAll(row, Cell)))];
        PictureGrid.Write(stream, "", rows, SmallestPanel);
    }

    private static PictureCell Cell(FigurePanel panel) => new(
        panel.Title, PicturePixels.Grey(panel.Hounsfield, panel.Columns, panel.Window.Grey), panel.Window.ToString());
}
