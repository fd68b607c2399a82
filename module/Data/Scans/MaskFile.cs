using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads metal masks: greyscale PNG of any depth, or npy and npy.gz, also stacks. Zero is no metal; every other pixel has
/// one and the same value.
/// </summary>
public static class MaskFile
{
    /// <summary>Reads the masks of a file, one when it is asked for.</summary>
    /// <exception cref="InputException"><c>MaskNotBinary</c>, or a fault of reading.</exception>
    public static IEnumerable<PixelMask> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? [ReadPng(path)] : ReadNpy(path);
    }

    /// <summary>The masks for the slices of a series: those of a stack one by one, a mask alone again and again.</summary>
    /// <exception cref="InputException"><c>MaskNotBinary</c>, or a fault of reading.</exception>
    public static IEnumerable<PixelMask> ReadFor(string path)
    {
        using var masks = Read(path).GetEnumerator();
        if (!masks.MoveNext()) yield break;
        var first = masks.Current;
        yield return first;
        var isStack = false;
        for (; masks.MoveNext(); isStack = true) yield return masks.Current;
        while (!isStack) yield return first;
    }

    /// <summary>Writes a mask as PNG, 0 and 255.</summary>
    public static void Write(Stream stream, PixelMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var values = Array.ConvertAll(mask.Values, metal => (ushort)(metal ? byte.MaxValue : 0));
        GreyPng.Write(stream, new GreyImage(mask.Columns, mask.Rows, 8, values));
    }

    private static PixelMask ReadPng(string path)
    {
        var image = GreyPng.Read(path);
        return ToMask(path, Array.ConvertAll(image.Values, value => (float)value), image.Height, image.Width);
    }

    private static IEnumerable<PixelMask> ReadNpy(string path)
    {
        using var images = NpyImages.Open(path);
        for (var i = 0; i < images.Count; i++) yield return ToMask(path, images.Next(), images.Rows, images.Columns);
    }

    private static PixelMask ToMask(string path, float[] values, int rows, int columns)
    {
        var metal = Array.Find(values, value => value != 0);
        var other = Array.FindIndex(values, value => value != 0 && !(value == metal));
        if (other < 0) return new PixelMask(Array.ConvertAll(values, value => value != 0), rows, columns, path);
        throw new InputException(
            ScanErrorIds.MaskNotBinary, FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The mask '{path}' has the values {metal} and {values[other]} (row {other / columns}, column "
                + $"{other % columns}); a mask has 0 and one other."),
            path);
    }
}
