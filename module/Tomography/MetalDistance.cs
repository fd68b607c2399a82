namespace Thesis.Engine.Tomography;

/// <summary>
/// The distance of each pixel from the nearest metal, in pixels, from centre to centre: exact, by two passes of lower
/// envelopes of parabolas (Felzenszwalb and Huttenlocher 2012).
/// </summary>
internal static class MetalDistance
{
    /// <summary>The distances, row by row: 0 in metal, infinite everywhere where there is none.</summary>
    public static float[] Of(MetalMask metal)
    {
        var (rows, columns) = (metal.Rows, metal.Columns);
        var squares = Array.ConvertAll(metal.Values, isMetal => isMetal ? 0 : double.PositiveInfinity);
        for (var column = 0; column < columns; column++) Transform(squares, column, columns, rows);
        for (var row = 0; row < rows; row++) Transform(squares, row * columns, 1, columns);
        return Array.ConvertAll(squares, square => (float)Math.Sqrt(square));
    }

    // f(p) becomes the least of (p - q)^2 + f(q) over all q.
    private static void Transform(double[] values, int start, int step, int count)
    {
        var f = new double[count];
        for (var p = 0; p < count; p++) f[p] = values[start + (p * step)];
        var (vertices, borders) = (new int[count], new double[count]);
        var top = -1;
        for (var q = 0; q < count; q++)
        {
            if (double.IsInfinity(f[q])) continue;
            var border = double.NegativeInfinity;
            for (; top >= 0; top--)
            {
                var v = vertices[top];
                border = (f[q] - f[v] + ((double)q * q) - ((double)v * v)) / (2.0 * (q - v));
                if (border > borders[top]) break;
                border = double.NegativeInfinity;
            }

            top++;
            (vertices[top], borders[top]) = (q, border);
        }

        if (top < 0) return;
        for (var (p, k) = (0, 0); p < count; p++)
        {
            while (k < top && borders[k + 1] < p) k++;
            values[start + (p * step)] = ((double)(p - vertices[k]) * (p - vertices[k])) + f[vertices[k]];
        }
    }
}
