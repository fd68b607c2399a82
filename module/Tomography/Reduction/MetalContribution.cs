using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// What a ray may lose: no more than its metal can have added. Interpolation across the trace also levels what lies along the
/// ray far from the metal, edges that are tangent to it first of all, and a few pixels of metal change a ray by more than they
/// can hold.
/// <code>
/// m = line integrals of max(0, mu - mu_water) over the metal and 2 pixels around it
/// |Y' - (Y - m)| &lt;= .005 + .5 m + 10 m^2
/// </code>
/// with Y the image's projection and Y' the bridged trace. The constant is noise and rounding; the part of m is a threshold's
/// error of the metal's border; the square is beam hardening and photon starvation, which grow with the path through metal and
/// reach beyond the mask: from .3 on, some millimetres of steel, nothing is limited.
/// </summary>
internal static class MetalContribution
{
    private const int Margin = 2;
    private const float Constant = 0.005f;
    private const float Share = 0.5f;
    private const float Square = 10;

    /// <summary>The bridged sinogram within these limits; itself where it keeps to them.</summary>
    /// <param name="scan">A scan whose sinogram is its image's projection.</param>
    /// <param name="bridged">What a method made of it.</param>
    /// <param name="work">Cancellation, threads.</param>
    public static Sinogram Limit(CorruptedScan scan, Sinogram bridged, WorkContext work)
    {
        var own = scan.Tomograph.Project(Excess(scan), work).Values;
        Sinogram? limited = null;
        for (var i = 0; i < own.Length; i++)
        {
            if (!scan.Trace.Values[i]) continue;
            var without = scan.Sinogram.Values[i] - own[i];
            var most = Constant + (own[i] * (Share + (Square * own[i])));
            var value = Math.Clamp(bridged.Values[i], without - most, without + most);
            if (value == bridged.Values[i]) continue;
            limited ??= new Sinogram((float[])bridged.Values.Clone(), bridged.Geometry);
            limited.Values[i] = value;
        }

        return limited ?? bridged;
    }

    private static SliceImage Excess(CorruptedScan scan)
    {
        var near = scan.Metal.Dilated(Margin);
        var excess = new SliceImage(scan.Image.Rows, scan.Image.Columns);
        for (var i = 0; i < excess.Values.Length; i++)
        {
            if (near.Values[i]) excess.Values[i] = Math.Max(0, scan.Image.Values[i] - (float)HounsfieldScale.WaterAttenuation);
        }

        return excess;
    }
}
