using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Scans as tensors, float32. Images are [B, 1, N, N] in multiples of the attenuation of water, .192 1/cm; sinograms are
/// [B, 1, views, bins], line integrals.
/// </summary>
/// <param name="Artifact">The images with metal and artifacts, clipped to 0 .. .5 1/cm.</param>
/// <param name="Corrected">The same corrected for beam hardening; null where no network asks for it.</param>
/// <param name="Interpolated">X_LI.</param>
/// <param name="Sinogram">Y_LI.</param>
/// <param name="Trace">M: 1 where the sinogram saw metal, else 0.</param>
internal sealed record ScanBatch(Tensor Artifact, Tensor? Corrected, Tensor Interpolated, Tensor Sinogram, Tensor Trace)
{
    /// <summary>The tensors of scans.</summary>
    public static ScanBatch Of(IReadOnlyList<RestorationInput> scans, ScanGeometry geometry, Device device)
    {
        var (size, views, bins) = (geometry.ImageSize, geometry.Views, geometry.Bins);
        return new ScanBatch(
            Stack(scans, scan => scan.Artifact, size, size, device),
            scans[0].Corrected is null ? null : Stack(scans, scan => scan.Corrected!, size, size, device),
            Stack(scans, scan => scan.Interpolated, size, size, device),
            Stack(scans, scan => scan.Sinogram, views, bins, device),
            Stack(scans, scan => scan.Trace, views, bins, device));
    }

    /// <summary>One array of each item, [B, 1, rows, columns].</summary>
    public static Tensor Stack<T>(IReadOnlyList<T> items, Func<T, float[]> values, int rows, int columns, Device device)
    {
        var all = new float[items.Count * rows * columns];
        for (var i = 0; i < items.Count; i++) values(items[i]).CopyTo(all, i * rows * columns);
        using var host = tensor(all, [items.Count, 1, rows, columns]);
        return host.to(device, copy: true);
    }
}
