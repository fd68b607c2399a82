using SkiaSharp;

namespace Thesis.Engine.Data;

/// <summary>A picture of a grid.</summary>
/// <param name="Title">What stands above it; empty for nothing.</param>
/// <param name="Image">Its pixels; null for a place that is left empty.</param>
/// <param name="Caption">What stands below it; empty for nothing.</param>
public sealed record PictureCell(string Title, Photograph? Image, string Caption = "");

/// <summary>A row of pictures.</summary>
/// <param name="Label">What stands to the left; empty for nothing.</param>
/// <param name="Cells">The pictures.</param>
public sealed record PictureRow(string Label, IReadOnlyList<PictureCell> Cells);

/// <summary>
/// Draws pictures in rows and columns, as PNG: titles above, captions below, labels to the left, in as many lines as their words take.
/// </summary>
public static class PictureGrid
{
    private const int LargestSide = 512;
    private const int SmallestSide = 96;
    private const int WidestGrid = 4096;
    private const int Margin = 8;
    private const int TextHeight = 22;
    private const float TextSize = 14;
    private const int WidestLabel = 128;

    /// <summary>Writes the grid.</summary>
    /// <param name="stream">The target.</param>
    /// <param name="title">What stands above all; empty for nothing.</param>
    /// <param name="rows">One row or more, with one picture at least.</param>
    /// <param name="smallest">The side of small pictures, to which they are enlarged.</param>
    public static void Write(Stream stream, string title, IReadOnlyList<PictureRow> rows, int smallest = SmallestSide)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(rows);
        var images = rows.SelectMany(row => row.Cells).Select(cell => cell.Image).OfType<Photograph>().ToArray();
        ArgumentOutOfRangeException.ThrowIfZero(images.Length);
        var columns = rows.Max(row => row.Cells.Count);
        var largest = Math.Max(smallest, Math.Min(LargestSide, WidestGrid / columns));
        var side = Math.Clamp(images.Max(image => Math.Max(image.Width, image.Height)), smallest, largest);
        using var font = new SKFont(SKTypeface.Default, TextSize);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        var left = LabelWidth(rows, font);
        var top = Margin + (title.Length > 0 ? TextHeight : 0);
        var (width, height) = (left + Margin + (columns * (side + Margin)),
            top + rows.Sum(row => HeightOf(row, side, font)) + Margin);
        using var surface = SKSurface.Create(
            new SKImageInfo(Math.Max(width, (int)font.MeasureText(title) + (2 * Margin)), height));
        surface.Canvas.Clear(SKColors.White);
        if (title.Length > 0) surface.Canvas.DrawText(title, Margin, top - 6, SKTextAlign.Left, font, ink);
        foreach (var row in rows)
        {
            Draw(surface.Canvas, row, left + Margin, top, side, font, ink);
            top += HeightOf(row, side, font);
        }

        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        data.SaveTo(stream);
    }

    private static int LabelWidth(IReadOnlyList<PictureRow> rows, SKFont font)
    {
        var lines = rows.SelectMany(row => Lines(row.Label, WidestLabel, font)).ToArray();
        return lines.Length == 0 ? 0 : Margin + (int)Math.Ceiling(lines.Max(line => font.MeasureText(line)));
    }

    private static int HeightOf(PictureRow row, int side, SKFont font) =>
        side + Margin + (TextHeight * (MostLines(row, cell => cell.Title, side, font) + MostLines(row, cell => cell.Caption, side, font)));

    private static int MostLines(PictureRow row, Func<PictureCell, string> text, int side, SKFont font) =>
        row.Cells.Count == 0 ? 0 : row.Cells.Max(cell => Lines(text(cell), side, font).Count());

    private static void Draw(SKCanvas canvas, PictureRow row, int left, int top, int side, SKFont font, SKPaint ink)
    {
        top += TextHeight * MostLines(row, cell => cell.Title, side, font);
        var label = Lines(row.Label, WidestLabel, font).ToArray();
        for (var i = 0; i < label.Length; i++)
        {
            var line = top + (side / 2f) + ((i - ((label.Length - 1) / 2f)) * TextSize * 1.2f);
            canvas.DrawText(label[i], Margin, line, SKTextAlign.Left, font, ink);
        }

        for (var i = 0; i < row.Cells.Count; i++)
        {
            var place = SKRect.Create(left + (i * (side + Margin)), top, side, side);
            if (row.Cells[i].Image is { } image) Draw(canvas, image, place);
            var title = Lines(row.Cells[i].Title, side, font).ToArray();
            Centred(title, place.Top - 6 - ((title.Length - 1) * TextHeight), place.MidX);
            Centred(Lines(row.Cells[i].Caption, side, font), place.Bottom + 16, place.MidX);
        }

        void Centred(IEnumerable<string> lines, float first, float middle)
        {
            foreach (var line in lines)
            {
                canvas.DrawText(line, middle, first, SKTextAlign.Center, font, ink);
                first += TextHeight;
            }
        }
    }

    private static void Draw(SKCanvas canvas, Photograph image, SKRect place)
    {
        using var bitmap = PicturePixels.ToBitmap(image);
        using var picture = SKImage.FromBitmap(bitmap);
        var scale = Math.Min(place.Width / image.Width, place.Height / image.Height);
        var target = SKRect.Create(
            place.MidX - (image.Width * scale / 2), place.MidY - (image.Height * scale / 2), image.Width * scale,
                image.Height * scale);

        // Small images are shown by their pixels, large ones smoothly.
        var isEnlarged = scale >= 2;
        canvas.DrawImage(picture, target, new SKSamplingOptions(isEnlarged ? SKFilterMode.Nearest : SKFilterMode.Linear));
    }

    // As many words a line as fit; a word that does not is cut.
    private static IEnumerable<string> Lines(string text, int width, SKFont font)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && font.MeasureText(longer) > width + Margin)
            {
                yield return Fitting(line, width, font);
                longer = word;
            }

            line = longer;
        }

        if (line.Length > 0) yield return Fitting(line, width, font);
    }

    private static string Fitting(string text, int width, SKFont font)
    {
        var fits = (int)font.BreakText(text, width + Margin);
        return fits >= text.Length ? text : text[..Math.Max(0, fits - 1)] + "\u2026";
    }
}
