using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// N feature vectors of D float32 values, row-major in one array: row i is <c>Values[i * D .. (i + 1) * D]</c>.
/// The kernels expect unit rows (<see cref="Normalize"/>); the constructor does not look at the values.
/// </summary>
public sealed class FeatureMatrix
{
    /// <summary>Wraps values; nothing is copied.</summary>
    /// <param name="values">N * D values, row-major.</param>
    /// <param name="count">N, 0 or more.</param>
    /// <param name="dimension">D, 1 or more.</param>
    /// <exception cref="ArgumentException">The length is not N * D.</exception>
    public FeatureMatrix(float[] values, int count, int dimension)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        if (values.LongLength != (long)count * dimension)
        {
            throw new ArgumentException(
                $"{values.LongLength} values do not make {count} rows of {dimension}.", nameof(values));
        }

        Values = values;
        Count = count;
        Dimension = dimension;
    }

    private FeatureMatrix((float[] Values, int Count, int Dimension) first) =>
        (Values, Count, Dimension) = first;

    /// <summary>
    /// The values, row-major, N * D of them and what may follow (<see cref="FirstOf"/>). Kernels read them; only their owner
    /// writes.
    /// </summary>
    public float[] Values { get; }

    /// <summary>N, the number of rows.</summary>
    public int Count { get; }

    /// <summary>D, the length of a row.</summary>
    public int Dimension { get; }

    /// <summary>Row <paramref name="index"/>.</summary>
    public ReadOnlySpan<float> Row(int index) => Values.AsSpan(checked(index * Dimension), Dimension);

    /// <summary>The first rows of an array that has room for more; nothing is copied.</summary>
    internal static FeatureMatrix FirstOf(float[] values, int count, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)count * dimension, values.LongLength);
        return new FeatureMatrix((values, count, dimension));
    }

    /// <summary>A copy of some rows.</summary>
    internal FeatureMatrix Gather(ReadOnlySpan<int> rows)
    {
        var values = new float[rows.Length * Dimension];
        for (var i = 0; i < rows.Length; i++) Row(rows[i]).CopyTo(values.AsSpan(i * Dimension));
        return new FeatureMatrix(values, rows.Length, Dimension);
    }

    /// <summary>
    /// A copy whose rows have unit Euclidean length (x / |x|, the norm summed in float64).
    /// </summary>
    /// <exception cref="InputException">
    /// <c>FeatureNotFinite</c> or <c>FeatureZero</c>, with the row's index: a value is NaN or infinite, or a row is zero.
    /// </exception>
    public FeatureMatrix Normalize() => NormalizeInto(new float[Count * Dimension]);

    /// <summary>
    /// Gives the rows themselves unit length, for who owns the values and needs them no more: a million features of 256 values
    /// take a gigabyte. The values are spoiled when it throws.
    /// </summary>
    /// <exception cref="InputException">As <see cref="Normalize"/>.</exception>
    internal FeatureMatrix NormalizeInPlace() => NormalizeInto(Values);

    private FeatureMatrix NormalizeInto(float[] unit)
    {
        for (var i = 0; i < Count; i++)
        {
            var row = Row(i);
            var square = 0.0;
            foreach (var value in row) square += (double)value * value;
            if (!double.IsFinite(square)) throw NotFinite(i, row);
            if (square == 0)
            {
                throw new InputException(
                    "FeatureZero", FaultKind.InvalidData, $"Feature {i} is the zero vector and has no direction.", i);
            }

            Scale(row, 1 / Math.Sqrt(square), unit.AsSpan(i * Dimension, Dimension));
        }

        return FirstOf(unit, Count, Dimension);
    }

    // The factor of a tiny row is no float32, and that of a huge one has few digits left.
    private static void Scale(ReadOnlySpan<float> row, double factor, Span<float> unit)
    {
        if (float.IsNormal((float)factor))
        {
            TensorPrimitives.Multiply(row, (float)factor, unit);
            return;
        }

        for (var j = 0; j < row.Length; j++) unit[j] = (float)(row[j] * factor);
    }

    private static InputException NotFinite(int index, ReadOnlySpan<float> row)
    {
        var column = 0;
        while (column < row.Length - 1 && float.IsFinite(row[column])) column++;
        return new InputException(
            "FeatureNotFinite", FaultKind.InvalidData,
            $"Feature {index} has a value that is not finite (column {column}).", index);
    }
}
