using SkiaSharp;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A picture of the first images: a row of them as they were, then for each budget a row of the changed images and a row of
/// the changes, grey where nothing changed and stretched to the largest change of the row.
/// </summary>
internal sealed class AdversarialGrid(ImageShape shape, int columns)
{
    private const int WantedSide = 56;
    private const int Gap = 2;

    private readonly List<float[]> _rows = [];

    /// <summary>How many images a row has.</summary>
    public int Columns => columns;

    /// <summary>Adds a row of images in [0, 1], image after image, channels first.</summary>
    public void AddImages(ReadOnlySpan<float> images) => _rows.Add(images[..(columns * shape.Count)].ToArray());

    /// <summary>Adds a row of the differences of two rows.</summary>
    public void AddChanges(ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        var changes = new float[columns * shape.Count];
        for (var i = 0; i < changes.Length; i++) changes[i] = after[i] - before[i];
        var largest = Math.Max(changes.Max(Math.Abs), float.Epsilon);
        _rows.Add(Array.ConvertAll(changes, change => 0.5f + (0.5f * change / largest)));
    }

    /// <summary>Writes the picture as PNG, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public void Write(string path, bool overwrite)
    {
        var scale = Math.Max(1, WantedSide / Math.Max(shape.Height, shape.Width));
        var (cellWidth, cellHeight) = ((shape.Width * scale) + Gap, (shape.Height * scale) + Gap);
        using var bitmap = new SKBitmap((columns * cellWidth) + Gap, (_rows.Count * cellHeight) + Gap);
        bitmap.Erase(SKColors.White);
        for (var row = 0; row < _rows.Count; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var image = _rows[row].AsSpan(column * shape.Count, shape.Count);
                Paint(bitmap, image, Gap + (column * cellWidth), Gap + (row * cellHeight), scale);
            }
        }

        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        AtomicFile.Write(path, encoded.SaveTo, overwrite);
    }

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
