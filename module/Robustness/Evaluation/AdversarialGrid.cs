using SkiaSharp;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A picture of the first images: a row of them as they were, with their classes, then for each budget a row of the changed
/// images, with the classes that the model finds, and a row of the changes, grey where nothing changed and stretched to the
/// largest change of the row. Columns are as wide as their longest name.
/// </summary>
internal sealed class AdversarialGrid(ImageShape shape, int columns)
{
    private const int WantedSide = 56;
    private const int Gap = 4;
    private const float TextSize = 12;
    private const int CaptionHeight = 16;

    private readonly List<(float[] Images, string[] Captions)> _rows = [];

    /// <summary>How many images a row has.</summary>
    public int Columns => columns;

    /// <summary>Adds a row of images in [0, 1], image after image, channels first.</summary>
    /// <param name="images">The images, as many as there are columns at least.</param>
    /// <param name="captions">What stands below each; none for nothing.</param>
    public void AddImages(ReadOnlySpan<float> images, IReadOnlyList<string> captions) =>
        _rows.Add((images[..(columns * shape.Count)].ToArray(), [.. captions.Take(columns)]));

    /// <summary>Adds a row of the differences of two rows.</summary>
    public void AddChanges(ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        var changes = new float[columns * shape.Count];
        for (var i = 0; i < changes.Length; i++) changes[i] = after[i] - before[i];
        var largest = Math.Max(changes.Max(Math.Abs), float.Epsilon);
        _rows.Add((Array.ConvertAll(changes, change => 0.5f + (0.5f * change / largest)), []));
    }

    /// <summary>Writes the picture as PNG, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public void Write(string path, bool overwrite)
    {
        using var font = new SKFont(SKTypeface.Default, TextSize);
        var scale = Math.Max(1, WantedSide / Math.Max(shape.Height, shape.Width));
        var longest = _rows.SelectMany(row => row.Captions).Select(caption => font.MeasureText(caption)).DefaultIfEmpty(0).Max();
        var cellWidth = Math.Max(shape.Width * scale, (int)Math.Ceiling(longest)) + Gap;
        var height = _rows.Sum(row => Height(row.Captions, scale));
        using var bitmap = new SKBitmap((columns * cellWidth) + Gap, height + Gap);
        bitmap.Erase(SKColors.White);
        using (var canvas = new SKCanvas(bitmap))
        {
            using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
            var top = Gap;
            foreach (var (images, captions) in _rows)
            {
                for (var column = 0; column < columns; column++)
                {
                    var middle = Gap + (column * cellWidth) + ((cellWidth - Gap) / 2);
                    var image = images.AsSpan(column * shape.Count, shape.Count);
                    Paint(bitmap, image, middle - (shape.Width * scale / 2), top, scale);
                    if (column >= captions.Length) continue;
                    canvas.DrawText(captions[column], middle, top + (shape.Height * scale) + TextSize, SKTextAlign.Center, font, ink);
                }

                top += Height(captions, scale);
            }
        }

        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        AtomicFile.Write(path, encoded.SaveTo, overwrite);
    }

    private int Height(string[] captions, int scale) =>
        (shape.Height * scale) + (captions.Length > 0 ? CaptionHeight : 0) + Gap;

    private void Paint(SKBitmap bitmap, ReadOnlySpan<float> image, int left, int top, int scale)
    {
        var plane = shape.Height * shape.Width;
        for (var y = 0; y < shape.Height * scale; y++)
        {
            for (var x = 0; x < shape.Width * scale; x++)
            {
                var pixel = (y / scale * shape.Width) + (x / scale);
                var red = ToByte(image[pixel]);
                bitmap.SetPixel(left + x, top + y, shape.Channels < 3
                    ? new SKColor(red, red, red)
                    : new SKColor(red, ToByte(image[plane + pixel]), ToByte(image[(2 * plane) + pixel])));
            }
        }
    }

    private static byte ToByte(float value) => (byte)Math.Clamp((int)MathF.Round(value * byte.MaxValue), 0, byte.MaxValue);
}
