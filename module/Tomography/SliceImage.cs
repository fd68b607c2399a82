using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A slice: attenuation in 1/cm, float32, row-major, row 0 at the top. Nothing is copied, and the constructor does not
/// look at the values.
/// </summary>
public sealed class SliceImage
{
    /// <summary>Wraps values.</summary>
    /// <exception cref="InputException"><c>ImageShapeInvalid</c>: the number of values is not rows x columns.</exception>
    public SliceImage(float[] values, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (rows < 1 || columns < 1 || values.LongLength != (long)rows * columns)
        {
            throw new InputException(
                "ImageShapeInvalid", FaultKind.InvalidData,
                $"{values.LongLength} values do not make an image of {rows} x {columns}.");
        }

        Values = values;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>An image of zeros.</summary>
    public SliceImage(int rows, int columns)
        : this(new float[checked(rows * columns)], rows, columns)
    {
    }

    /// <summary>The values, row-major. Operators read them; only their owner writes.</summary>
    public float[] Values { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>The value of a pixel, 1/cm.</summary>
    public float this[int row, int column] => Values[(row * Columns) + column];
}
