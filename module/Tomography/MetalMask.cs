using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Which pixels of a slice are metal, row-major, row 0 at the top.</summary>
public sealed class MetalMask
{
    /// <summary>Wraps values.</summary>
    /// <exception cref="InputException"><c>MaskShapeInvalid</c>: the number of values is not rows x columns.</exception>
    public MetalMask(bool[] values, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (rows < 1 || columns < 1 || values.LongLength != (long)rows * columns)
        {
            throw new InputException(
                "MaskShapeInvalid", FaultKind.InvalidData,
                $"{values.LongLength} values do not make a metal mask of {rows} x {columns}.");
        }

        Values = values;
        Rows = rows;
        Columns = columns;
        PixelCount = values.Count(isMetal => isMetal);
    }

    /// <summary>The values, row-major; nobody writes.</summary>
    public bool[] Values { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Pixels that are metal: the size by which the dissertation groups its tables.</summary>
    public int PixelCount { get; }

    /// <summary>Whether a pixel is metal.</summary>
    public bool this[int row, int column] => Values[(row * Columns) + column];

    /// <summary>The pixels above a threshold: how section 4.5.2 finds the metal of a clinical image (2,000 HU).</summary>
    /// <param name="image">Attenuation, 1/cm.</param>
    /// <param name="hounsfield">The threshold in HU.</param>
    public static MetalMask Above(SliceImage image, double hounsfield)
    {
        ArgumentNullException.ThrowIfNull(image);
        var threshold = HounsfieldScale.ToAttenuation(hounsfield);
        return new MetalMask(Array.ConvertAll(image.Values, value => value > threshold), image.Rows, image.Columns);
    }

    /// <summary>The mask without connected regions (4 neighbours) of fewer pixels.</summary>
    public MetalMask WithoutIslands(int leastPixels)
    {
        if (leastPixels <= 1 || PixelCount == 0) return this;
        var values = new bool[Values.Length];
        foreach (var region in PixelRegions.Of(Values, Columns).Where(region => region.Pixels.Count >= leastPixels))
        {
            foreach (var pixel in region.Pixels) values[pixel] = true;
        }

        return new MetalMask(values, Rows, Columns);
    }

    /// <summary>The mask and all pixels within a distance of it, of the centres, in pixels.</summary>
    public MetalMask Dilated(double radius)
    {
        if (radius < 1 || PixelCount == 0) return this;
        var values = (bool[])Values.Clone();
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                if (IsInner(row, column) || !this[row, column]) continue;
                Draw(values, row, column, radius);
            }
        }

        return new MetalMask(values, Rows, Columns);
    }

    // A pixel whose neighbours are metal reaches no farther than they do.
    private bool IsInner(int row, int column) =>
        row > 0 && row < Rows - 1 && column > 0 && column < Columns - 1
        && this[row - 1, column] && this[row + 1, column] && this[row, column - 1] && this[row, column + 1];

    private void Draw(bool[] values, int row, int column, double radius)
    {
        var reach = (int)radius;
        for (var y = Math.Max(0, row - reach); y <= Math.Min(Rows - 1, row + reach); y++)
        {
            var half = (int)Math.Sqrt((radius * radius) - ((y - row) * (y - row)));
            var (first, last) = (Math.Max(0, column - half), Math.Min(Columns - 1, column + half));
            values.AsSpan((y * Columns) + first, last - first + 1).Fill(true);
        }
    }

    /// <summary>The image that holds a value where there is metal and 0 elsewhere.</summary>
    public SliceImage ToImage(float value = 1) =>
        new(Array.ConvertAll(Values, isMetal => isMetal ? value : 0), Rows, Columns);

    /// <summary>A copy of an image with a value in place of the metal.</summary>
    /// <exception cref="InputException"><c>MaskShapeMismatch</c>.</exception>
    public SliceImage Fill(SliceImage image, float value)
    {
        RequireShape(image);
        var filled = (float[])image.Values.Clone();
        for (var i = 0; i < filled.Length; i++)
        {
            if (Values[i]) filled[i] = value;
        }

        return new SliceImage(filled, Rows, Columns);
    }

    /// <summary>A copy of an image with the metal of another in it.</summary>
    /// <exception cref="InputException"><c>MaskShapeMismatch</c>.</exception>
    public SliceImage Insert(SliceImage image, SliceImage metal)
    {
        RequireShape(image);
        RequireShape(metal);
        var values = (float[])image.Values.Clone();
        for (var i = 0; i < values.Length; i++)
        {
            if (Values[i]) values[i] = metal.Values[i];
        }

        return new SliceImage(values, Rows, Columns);
    }

    /// <summary>Fails when an image is of another size.</summary>
    /// <exception cref="InputException"><c>MaskShapeMismatch</c>.</exception>
    public void RequireShape(SliceImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Rows == Rows && image.Columns == Columns) return;
        throw new InputException(
            "MaskShapeMismatch", FaultKind.InvalidData,
            $"The metal mask has {Rows} x {Columns} pixels and the image has {image.Rows} x {image.Columns}.");
    }
}
