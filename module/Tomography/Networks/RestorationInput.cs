using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>What the networks see of a scan; images in multiples of the attenuation of water, sinograms as line integrals.</summary>
/// <param name="Artifact">The image with metal and artifacts, clipped to 0 .. .5 1/cm.</param>
/// <param name="Corrected">The same corrected for beam hardening; null where no network asks for it.</param>
/// <param name="Interpolated">X_LI.</param>
/// <param name="Sinogram">Y_LI.</param>
/// <param name="Trace">1 where the sinogram saw metal, else 0.</param>
internal sealed record RestorationInput(
    float[] Artifact, float[]? Corrected, float[] Interpolated, float[] Sinogram, float[] Trace)
{
    private const float Unit = 1 / (float)HounsfieldScale.WaterAttenuation;

    /// <summary>What the networks see of a scan.</summary>
    /// <param name="scan">The scan, in the geometry of the network.</param>
    /// <param name="isCorrected">Whether the image corrected for beam hardening is needed.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <exception cref="InputException"><c>MetalFillsView</c>.</exception>
    public static RestorationInput Of(CorruptedScan scan, bool isCorrected, WorkContext work)
    {
        var sinogram = LinearInterpolation.Interpolate(scan.Sinogram, scan.Trace);
        var interpolated = scan.Tomograph.Reconstruct(sinogram, work);
        var corrected = isCorrected
            ? scan.Tomograph.Reconstruct(BeamHardeningCorrection.Apply(scan, sinogram, work), work)
            : null;
        return new RestorationInput(
            Clipped(scan.Image), corrected is null ? null : Clipped(corrected), InWater(interpolated), sinogram.Values,
            Array.ConvertAll(scan.Trace.Values, isMetal => isMetal ? 1f : 0f));
    }

    /// <summary>An image in multiples of water.</summary>
    public static float[] InWater(SliceImage image) => Array.ConvertAll(image.Values, value => value * Unit);

    /// <summary>An image of multiples of water, in 1/cm.</summary>
    public static SliceImage ToImage(float[] values, int size) =>
        new(Array.ConvertAll(values, value => value / Unit), size, size);

    private static float[] Clipped(SliceImage image) =>
        Array.ConvertAll(image.Values, value => Math.Clamp(value, 0, (float)IntensityRange.Full.Most) * Unit);
}
