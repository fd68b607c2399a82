using MathNet.Numerics.LinearAlgebra;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A correction of the metal's beam hardening, after Verburg and Seco (2012), the second input of CNNMAR. On the trace, what the
/// metal adds to the interpolated sinogram is taken for a polynomial of the chord l within it, without an intercept, by least squares:
/// <code>
/// Y - Y_LI = a l + b l^2 + c l^3        Y' = Y - (b l^2 + c l^3)
/// </code>
/// so that what is left of the metal is linear in its chord.
/// </summary>
internal static class BeamHardeningCorrection
{
    private const int Terms = 3;

    /// <summary>Y' of a scan.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="interpolated">Y_LI.</param>
    /// <param name="work">Cancellation, threads.</param>
    public static Sinogram Apply(CorruptedScan scan, Sinogram interpolated, WorkContext work)
    {
        var chords = scan.Tomograph.Project(scan.Metal.ToImage(), work).Values;
        var (normal, right) = (new double[Terms, Terms], new double[Terms]);
        Span<double> powers = stackalloc double[Terms];
        for (var i = 0; i < chords.Length; i++)
        {
            if (!scan.Trace.Values[i]) continue;
            Powers(chords[i], powers);
            for (var r = 0; r < Terms; r++)
            {
                right[r] += powers[r] * (scan.Sinogram.Values[i] - interpolated.Values[i]);
                for (var c = 0; c < Terms; c++) normal[r, c] += powers[r] * powers[c];
            }
        }

        // Where all chords are alike, the system has no single solution: the least one is taken.
        var fit = Matrix<double>.Build.DenseOfArray(normal).PseudoInverse() * Vector<double>.Build.Dense(right);
        var result = (float[])scan.Sinogram.Values.Clone();
        for (var i = 0; i < chords.Length; i++)
        {
            if (!scan.Trace.Values[i]) continue;
            Powers(chords[i], powers);
            result[i] -= (float)((fit[1] * powers[1]) + (fit[2] * powers[2]));
        }

        return new Sinogram(result, scan.Sinogram.Geometry);
    }

    private static void Powers(double chord, Span<double> powers)
    {
        (powers[0], powers[1], powers[2]) = (chord, chord * chord, chord * chord * chord);
    }
}
