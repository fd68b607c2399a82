namespace Thesis.Engine.Tomography;

/// <summary>
/// The pixels of a slice that were never scanned: what a scanner writes outside its field of view. They are air for the
/// projection, and come back as they were.
/// <para>
/// What a file declares as padding is that, unless it lies within -1024 .. -1000 HU, where scanners also cut off air and the
/// dark bands beside metal. There, and in files that declare nothing, whose candidates are the pixels at -1000 HU or below of
/// the exact values of the four corners, a connected plateau (4 neighbours) that touches the image's border and has a
/// thousandth of its pixels is padding: all of it below -1024 HU, else what of it lies outside the circle within the image.
/// Nothing else is: a dark band between two metals is tissue.
/// </para>
/// </summary>
public sealed class PaddingMask
{
    // At and above it, down to where scanners clip, a value may also be that of air or of a dark band.
    private const float ScannerFloor = -1024;
    private const double LeastShare = 1e-3;

    private PaddingMask(bool[] values)
    {
        Values = values;
        Count = values.Count(isPadding => isPadding);
    }

    /// <summary>The values, row-major; nobody writes.</summary>
    public bool[] Values { get; }

    /// <summary>Pixels of padding.</summary>
    public int Count { get; }

    /// <summary>The padding of a slice whose file declares none.</summary>
    /// <param name="hounsfield">The pixels in HU, row by row.</param>
    /// <param name="size">Rows and columns.</param>
    public static PaddingMask Of(float[] hounsfield, int size)
    {
        ArgumentNullException.ThrowIfNull(hounsfield);
        var padding = new bool[hounsfield.Length];
        var corners = new[] { 0, size - 1, hounsfield.Length - size, hounsfield.Length - 1 }.Select(i => hounsfield[i]);
        foreach (var corner in corners.Distinct().Where(value => value <= HounsfieldScale.Air))
        {
            Add(Array.ConvertAll(hounsfield, value => value == corner), outsideOnly: corner >= ScannerFloor, size, padding);
        }

        return new PaddingMask(padding);
    }

    /// <summary>The padding of a slice whose file declares it.</summary>
    /// <param name="declared">The pixels of a declared value.</param>
    /// <param name="isDistinct">Whether these values are nothing else's.</param>
    /// <param name="size">Rows and columns.</param>
    public static PaddingMask Declared(bool[] declared, bool isDistinct, int size)
    {
        ArgumentNullException.ThrowIfNull(declared);
        if (isDistinct) return new PaddingMask(declared);
        var padding = new bool[declared.Length];
        Add(declared, outsideOnly: true, size, padding);
        return new PaddingMask(padding);
    }

    private static void Add(bool[] candidates, bool outsideOnly, int size, bool[] padding)
    {
        var regions = PixelRegions.Of(candidates, size);
        foreach (var region in regions.Where(region => region.TouchesBorder && region.Pixels.Count >= LeastShare * candidates.Length))
        {
            foreach (var pixel in region.Pixels)
            {
                if (!outsideOnly || !IsInCircle(pixel, size)) padding[pixel] = true;
            }
        }
    }

    private static bool IsInCircle(int pixel, int size)
    {
        var half = 0.5 * (size - 1);
        var (y, x) = ((pixel / size) - half, (pixel % size) - half);
        return (x * x) + (y * y) <= 0.25 * size * size;
    }
}
