namespace Thesis.Engine.Data;

/// <summary>Brings arrays in Fortran order, whose first index runs fastest, into C order, whose last one does.</summary>
internal static class NpyOrder
{
    /// <summary>The values in C order; those of one dimension, or none, are returned as they are.</summary>
    public static T[] ToRowMajor<T>(T[] values, ReadOnlySpan<int> shape)
    {
        if (shape.Length < 2 || values.Length == 0) return values;
        var result = new T[values.Length];

        // All dimensions but the first two stand still while a plane of them is transposed.
        var (rows, columns) = (shape[0], shape[1]);
        var planes = values.Length / (rows * columns);
        var index = new int[shape.Length];
        for (var plane = 0; plane < planes; plane++)
        {
            var (first, step) = Place(shape, index);
            Transpose(values.AsSpan(plane * rows * columns, rows * columns), result.AsSpan(first), rows, columns, step);
            Advance(shape, index);
        }

        return result;
    }

    // Where the plane's first value goes, and how far apart its columns are.
    private static (int First, int Step) Place(ReadOnlySpan<int> shape, ReadOnlySpan<int> index)
    {
        var (first, stride) = (0, 1);
        for (var i = shape.Length - 1; i >= 2; i--)
        {
            first += index[i] * stride;
            stride *= shape[i];
        }

        return (first, stride);
    }

    private static void Advance(ReadOnlySpan<int> shape, Span<int> index)
    {
        for (var i = 2; i < shape.Length; i++)
        {
            if (++index[i] < shape[i]) return;
            index[i] = 0;
        }
    }

    private static void Transpose<T>(ReadOnlySpan<T> plane, Span<T> result, int rows, int columns, int step)
    {
        const int block = 32;
        for (var top = 0; top < rows; top += block)
        {
            for (var column = 0; column < columns; column++)
            {
                var end = Math.Min(rows, top + block);
                for (var row = top; row < end; row++)
                {
                    result[((row * columns) + column) * step] = plane[(column * rows) + row];
                }
            }
        }
    }
}
