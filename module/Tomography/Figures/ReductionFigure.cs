using SkiaSharp;

namespace Thesis.Engine.Tomography;

/// <summary>Draws pictures side by side, each under its title and over its window, as PNG.</summary>
public static class ReductionFigure
{
    private const int LargestPanel = 512;
    private const int SmallestPanel = 256;
    private const int Margin = 8;
    private const int TextHeight = 22;
    private const int MostColumns = 4;
    private const float TextSize = 14;

    /// <summary>Writes a figure of one or more pictures; up to four stand in a row.</summary>
    public static void Write(Stream stream, IReadOnlyList<FigurePanel> panels)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(panels);
        ArgumentOutOfRangeException.ThrowIfZero(panels.Count);
        var side = Math.Clamp(panels.Max(panel => Math.Max(panel.Rows, panel.Columns)), SmallestPanel, LargestPanel);
        var columns = Math.Min(MostColumns, panels.Count);
        var rows = (panels.Count + columns - 1) / columns;
        var (width, height) = (side + Margin, side + (2 * TextHeight) + Margin);
        using var surface = SKSurface.Create(new SKImageInfo((columns * width) + Margin, (rows * height) + Margin));
        surface.Canvas.Clear(SKColors.White);
        using var font = new SKFont(SKTypeface.Default, TextSize);
        for (var i = 0; i < panels.Count; i++)
        {
            var (left, top) = (Margin + (i % columns * width), Margin + (i / columns * height));
            Draw(surface.Canvas, panels[i], SKRect.Create(left, top + TextHeight, side, side), font);
        }

        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        data.SaveTo(stream);
    }

    private static void Draw(SKCanvas canvas, FigurePanel panel, SKRect place, SKFont font)
    {
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        canvas.DrawText(panel.Title, place.MidX, place.Top - 6, SKTextAlign.Center, font, ink);
        canvas.DrawText(panel.Window.ToString(), place.MidX, place.Bottom + 16, SKTextAlign.Center, font, ink);
        using var bitmap = new SKBitmap(new SKImageInfo(panel.Columns, panel.Rows, SKColorType.Gray8, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var row = 0; row < panel.Rows; row++)
        {
            var line = pixels.Slice(row * bitmap.RowBytes, panel.Columns);
            for (var column = 0; column < panel.Columns; column++)
            {
                line[column] = panel.Window.Grey(panel.Hounsfield[(row * panel.Columns) + column]);
            }
        }

        using var picture = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(picture, place, new SKSamplingOptions(SKFilterMode.Linear));
    }
}
