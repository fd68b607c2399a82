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

    /// <summary>The masks for the slices of a file: a stack has as many, a mask alone is that of every slice.</summary>
    /// <param name="path">The masks.</param>
    /// <param name="slices">The slices.</param>
    /// <exception cref="InputException">
    /// <c>SliceCountMismatch</c>, <c>MaskNotBinary</c>, or a fault of reading.
    /// </exception>
    public static IEnumerable<PixelMask> ReadFor(string path, int slices)
    {
        var count = CtFile.CountOf(path);
        if (count == 1) return Enumerable.Repeat(Read(path).First(), slices);
        if (count == slices) return Read(path);
        throw new InputException(
            ScanErrorIds.SliceCountMismatch, FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{path}' has {count} masks for {slices} slices; a mask for all slices of a file, or one for each, is wanted."),
            path);
    }

    /// <summary>Reads one mask of a stack, or the mask of a file that has one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="index">The place in a stack, from 0; null where the file must hold one mask.</param>
    /// <exception cref="InputException">
    /// <c>SliceCountMismatch</c>, <c>MaskNotBinary</c>, or a fault of reading.
    /// </exception>
    public static PixelMask ReadAt(string path, int? index)
    {
        var count = CtFile.CountOf(path);
        if (count == 1) return Read(path).First();
        if (index is { } place && place >= 0 && place < count) return Read(path).ElementAt(place);
        throw new InputException(
            ScanErrorIds.SliceCountMismatch, FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{path}' is a stack of {count} masks; {(index is null ? "one is wanted here" : $"it has none for slice {index}")}."),
            path);
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
