namespace Thesis.Engine.Data;

/// <summary>The row filters of PNG (ISO/IEC 15948, clause 9).</summary>
internal static class PngFilter
{
    private const byte Sub = 1;

    /// <summary>Undoes a row's filter in place; false where there is no such filter.</summary>
    /// <param name="filter">The filter's number, 0 to 4.</param>
    /// <param name="row">The row.</param>
    /// <param name="above">The row above, unfiltered; zeros above the first.</param>
    /// <param name="step">Bytes from a pixel to the one before.</param>
    public static bool Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var left = i >= step ? row[i - step] : 0;
            int predicted;
            switch (filter)
            {
                case 0: return true;
                case Sub: predicted = left; break;
                case 2: predicted = above[i]; break;
                case 3: predicted = (left + above[i]) / 2; break;
                case 4: predicted = Paeth(left, above[i], i >= step ? above[i - step] : 0); break;
                default: return false;
            }

            row[i] = unchecked((byte)(row[i] + predicted));
        }

        return true;
    }

    /// <summary>Writes a row filtered by the difference to the pixel before, behind the filter's number.</summary>
    public static void Apply(ReadOnlySpan<byte> row, Span<byte> filtered, int step)
    {
        filtered[0] = Sub;
        for (var i = 0; i < row.Length; i++)
        {
            filtered[i + 1] = unchecked((byte)(row[i] - (i >= step ? row[i - step] : 0)));
        }
    }

    private static int Paeth(int left, int above, int corner)
    {
        var estimate = left + above - corner;
        var (a, b, c) = (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - corner));
        if (a <= b && a <= c) return left;
        return b <= c ? above : corner;
    }
}
