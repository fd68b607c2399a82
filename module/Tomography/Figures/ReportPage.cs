using System.Globalization;
using SkiaSharp;
using Thesis.Engine.Data;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A page of thumbnails: of each slice the input, the output, the difference and the metal, under the slice's name and over
/// its figures. Slices are drawn when they are added, so that a page takes the memory of one.
/// </summary>
public sealed class ReportPage : IDisposable
{
    private const int Thumbnail = 160;
    private const int Gap = 4;
    private const int Margin = 16;
    private const int Line = 18;
    private const int Title = 52;
    private const int CellsAcross = 2;
    private const int MostRows = 6;
    private const float TextSize = 13;
    private const int CellWidth = (4 * Thumbnail) + (3 * Gap) + Margin;
    private const int CellHeight = Thumbnail + (2 * Line) + Margin;

    private static readonly string[] Parts = ["before", "after", "difference", "metal"];

    private readonly SKSurface _surface;
    private readonly SKFont _font = new(SKTypeface.Default, TextSize);
    private readonly SKPaint _ink = new() { Color = SKColors.Black, IsAntialias = true };
    private readonly DisplayWindow _window;
    private readonly DisplayWindow _differences;
    private int _count;

    /// <summary>Creates a page.</summary>
    /// <param name="title">What stands above the slices.</param>
    /// <param name="slices">How many will be added, at most <see cref="Capacity"/>.</param>
    /// <param name="window">The window of the images.</param>
    public ReportPage(string title, int slices, DisplayWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slices, Capacity);
        (_window, _differences) = (window, new DisplayWindow(0, window.Width));
        var (across, down) = (Math.Min(CellsAcross, Math.Max(1, slices)), (Math.Max(1, slices) + CellsAcross - 1) / CellsAcross);
        _surface = SKSurface.Create(new SKImageInfo((across * CellWidth) + Margin, (down * CellHeight) + Title + Margin));
        _surface.Canvas.Clear(SKColors.White);
        Text($"{title}; images {_window}, differences {_differences}", Margin, Line);
        for (var i = 0; i < across * Parts.Length; i++)
        {
            var left = Margin + (i / Parts.Length * CellWidth) + (i % Parts.Length * (Thumbnail + Gap));
            Text(Parts[i % Parts.Length], left, Title - 8);
        }
    }

    /// <summary>The most slices of a page.</summary>
    public static int Capacity => CellsAcross * MostRows;

    /// <summary>Draws a slice in the next place.</summary>
    public void Add(ReportSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(_count, Capacity);
        var left = Margin + (_count % CellsAcross * CellWidth);
        var top = Title + (_count / CellsAcross * CellHeight);
        _count++;
        Text(Head(slice.Row), left, top + Line - 5);
        Draw(i => _window.Grey(slice.Before[i]), 0);
        Draw(i => _window.Grey(slice.After[i]), 1);
        Draw(i => _differences.Grey(slice.Difference[i]), 2);
        Draw(i => slice.Metal[i] ? byte.MaxValue : (byte)0, 3);
        Text(Figures(slice.Row), left, top + Line + Thumbnail + Line - 4);

        void Draw(Func<int, byte> grey, int part) => Picture(
            grey, slice.Columns, slice.Before.Length / slice.Columns,
            SKRect.Create(left + (part * (Thumbnail + Gap)), top + Line, Thumbnail, Thumbnail));
    }

    /// <summary>Writes the page as PNG.</summary>
    public void Write(Stream stream)
    {
        using var image = _surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        data.SaveTo(stream);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ink.Dispose();
        _font.Dispose();
        _surface.Dispose();
    }

    private static string Head(ReportRow row)
    {
        var place = row.PositionMm is { } mm ? string.Create(CultureInfo.InvariantCulture, $", at {mm:0.##} mm") : "";
        var source = row.MetalSource == "Volume" ? " of the volume's" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{Printable.Text(row.Name)}{place}: {row.MetalPixels:N0} metal pixels{source}");
    }

    private static string Figures(ReportRow row)
    {
        var better = row.RmseBeforeHu is not null
            ? string.Create(CultureInfo.InvariantCulture, $"; error {row.RmseBeforeHu:0.#} before, {row.RmseAfterHu:0.#} HU after")
            : row.StreaksBeforeHu is not null
                ? string.Create(CultureInfo.InvariantCulture, $"; streaks {row.StreaksBeforeHu:0} before, {row.StreaksAfterHu:0} HU after")
                : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"change {row.RmsChangeHu:0.#} HU RMS, {row.LargestDecreaseHu:0} to {row.LargestIncreaseHu:+0;-0;0} HU, "
            + $"{row.ChangedPixels:N0} pixels{better}");
    }

    private void Text(string text, float left, float baseline) => _surface.Canvas.DrawText(text, left, baseline, _font, _ink);

    private void Picture(Func<int, byte> grey, int columns, int rows, SKRect place)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(columns, rows, SKColorType.Gray8, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var i = 0; i < rows * columns; i++) pixels[(i / columns * bitmap.RowBytes) + (i % columns)] = grey(i);
        using var picture = SKImage.FromBitmap(bitmap);
        _surface.Canvas.DrawImage(picture, place, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
    }
}
