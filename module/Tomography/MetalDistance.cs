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
        using var scratch = new Scratch<double>(metal.Values.Length);
        var squares = scratch.Values;
        for (var i = 0; i < metal.Values.Length; i++) squares[i] = metal.Values[i] ? 0 : double.PositiveInfinity;
        var line = new Line(Math.Max(rows, columns));
        for (var column = 0; column < columns; column++) Transform(squares, column, columns, rows, line);
        for (var row = 0; row < rows; row++) Transform(squares, row * columns, 1, columns, line);
        var result = new float[metal.Values.Length];
        for (var i = 0; i < result.Length; i++) result[i] = (float)Math.Sqrt(squares[i]);
        return result;
    }

    // f(p) becomes the least of (p - q)^2 + f(q) over all q.
    private static void Transform(double[] values, int start, int step, int count, in Line line)
    {
        var (f, vertices, borders) = (line.Values, line.Vertices, line.Borders);
        for (var p = 0; p < count; p++) f[p] = values[start + (p * step)];
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

    /// <summary>What a line needs, used for all.</summary>
    private readonly struct Line(int count)
    {
        public readonly double[] Values = new double[count];
        public readonly int[] Vertices = new int[count];
        public readonly double[] Borders = new double[count];
    }
}
