using System.Numerics;
using System.Runtime.InteropServices;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The mean of nearby pixels, of those that count: three box filters one after the other, which is a Gaussian of sigma 6
/// pixels of a 512 image, of others in proportion, to within a few per cent, in time that does not depend on sigma.
/// </summary>
internal static class LocalMean
{
    private const int Passes = 3;
    private const double Sigma = 6.0 / 512;

    // Of a neighbourhood that counts less than this nothing is known.
    private const float LeastShare = 0.02f;

    /// <summary>The means; infinite where hardly any pixel nearby counts.</summary>
    /// <param name="values">The values, row by row; those that do not count are not looked at.</param>
    /// <param name="counts">Which pixels count.</param>
    /// <param name="size">Rows and columns.</param>
    public static float[] Of(float[] values, bool[] counts, int size)
    {
        var sums = new float[values.Length];
        using var scratch = new Scratch<float>(values.Length);
        var shares = scratch.Values.AsSpan(0, values.Length);
        shares.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            if (!counts[i]) continue;
            sums[i] = values[i];
            shares[i] = 1;
        }

        // Three boxes of width b have the variance (b^2 - 1) / 4.
        var radius = Math.Max(1, (int)Math.Round(0.5 * (Math.Sqrt((4 * Math.Pow(Sigma * size, 2)) + 1) - 1)));
        Smooth(sums, size, radius);
        Smooth(shares, size, radius);
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = shares[i] < LeastShare ? float.PositiveInfinity : Math.Max(0, sums[i] / shares[i]);
        }

        return sums;
    }

    // The boxes along columns, and by way of the transpose those along rows: a row of columns is added up at once.
    private static void Smooth(Span<float> values, int size, int radius)
    {
        using var scratch = new Scratch<float>(values.Length);
        var other = scratch.Values.AsSpan(0, values.Length);
        for (var turn = 0; turn < 2; turn++)
        {
            for (var pass = 0; pass < Passes; pass++) SmoothColumns(values, size, radius);
            values.CopyTo(other);
            PixelTransposition.Of(other, values, size);
        }
    }

    // One box; beyond the border nothing counts. Sums are of double, so that what is added is taken away without a trace.
    private static void SmoothColumns(Span<float> values, int size, int radius)
    {
        using var scratch = new Scratch<double>((size * (radius + 2)) + size);
        var sums = scratch.Values.AsSpan(0, size);
        sums.Clear();
        var widths = 1.0 / ((2 * radius) + 1);

        // The rows that are still to be taken away, since their place is written before.
        var kept = MemoryMarshal.Cast<double, float>(scratch.Values.AsSpan(size, size * (radius + 2)))[..(size * (radius + 1))];
        for (var row = 0; row < Math.Min(radius, size); row++) Add(sums, values.Slice(row * size, size), 1);
        for (var row = 0; row < size; row++)
        {
            var here = values.Slice(row * size, size);
            var place = kept.Slice(row % (radius + 1) * size, size);
            if (row + radius < size) Add(sums, values.Slice((row + radius) * size, size), 1);
            if (row > radius) Add(sums, place, -1);
            here.CopyTo(place);
            Scale(sums, widths, here);
        }
    }

    private static void Add(Span<double> sums, ReadOnlySpan<float> row, double sign)
    {
        var signs = new Vector<double>(sign);
        var column = 0;
        for (; column <= row.Length - Vector<float>.Count; column += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(row[column..]), out var low, out var high);
            var (left, right) = (column, column + Vector<double>.Count);
            (new Vector<double>(sums[left..]) + (signs * low)).CopyTo(sums[left..]);
            (new Vector<double>(sums[right..]) + (signs * high)).CopyTo(sums[right..]);
        }

        for (; column < row.Length; column++) sums[column] += sign * row[column];
    }

    private static void Scale(ReadOnlySpan<double> sums, double factor, Span<float> row)
    {
        var factors = new Vector<double>(factor);
        var column = 0;
        for (; column <= row.Length - Vector<float>.Count; column += Vector<float>.Count)
        {
            Vector.Narrow(
                new Vector<double>(sums[column..]) * factors,
                new Vector<double>(sums[(column + Vector<double>.Count)..]) * factors).CopyTo(row[column..]);
        }

        for (; column < row.Length; column++) row[column] = (float)(sums[column] * factor);
    }
}
