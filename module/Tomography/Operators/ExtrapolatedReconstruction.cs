using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Filtered backprojection of views that end within the body: rebinned to parallel rays, continued beyond the detector,
/// filtered and backprojected. Pixels that no view lacks are measured; those beyond, in the corners, are as good as the
/// continuation, and nothing there is below air.
/// </summary>
internal sealed class ExtrapolatedReconstruction
{
    private readonly OperatorChain<float>? _rebinning;
    private readonly TruncatedProfile _profile;
    private readonly LinearOperator<float> _inversion;

    /// <summary>Creates the operators.</summary>
    /// <exception cref="InputException">As of <see cref="FilteredBackprojection"/>.</exception>
    public ExtrapolatedReconstruction(ScanGeometry geometry, ReconstructionOptions options)
    {
        var links = FilteredBackprojection.ToParallel<float>(geometry, options, out var parallel);
        _rebinning = links.Length == 0 ? null : new OperatorChain<float>(links);
        _profile = new TruncatedProfile(parallel);
        var filtered = new ReconstructionOptions { Filter = options.Filter };
        _inversion = FilteredBackprojection.Create<float>(_profile.Widened, filtered);
    }

    /// <summary>The image.</summary>
    /// <param name="sinogram">Line integrals [views, bins].</param>
    /// <param name="pixels">Which are wanted, [N, N]; null for all.</param>
    /// <param name="image">Receives them.</param>
    /// <param name="work">Cancellation, threads.</param>
    public void Apply(float[] sinogram, bool[]? pixels, float[] image, WorkContext work)
    {
        var wide = _profile.Continue(Rebinned(sinogram, work), work);
        if (pixels is null) _inversion.Apply(wide, image, work);
        else _inversion.ApplyWhere(wide, pixels, image, work);
        RaiseToAir(image);
    }

    private void RaiseToAir(float[] image)
    {
        var (parallel, size) = (_profile.Parallel, _profile.Parallel.ImageSize);
        var (first, last) = (Math.Abs(parallel.RayOffset(0)), Math.Abs(parallel.RayOffset(parallel.Bins - 1)));
        var reach = Math.Min(first, last) / parallel.PixelSize;
        var half = 0.5 * (size - 1);
        for (var i = 0; i < image.Length; i++)
        {
            var (y, x) = ((i / size) - half, (i % size) - half);
            if (image[i] < 0 && (y * y) + (x * x) > reach * reach) image[i] = 0;
        }
    }

    private float[] Rebinned(float[] sinogram, WorkContext work)
    {
        if (_rebinning is null) return sinogram;
        var views = new float[_profile.Parallel.SinogramLength];
        _rebinning.Apply(sinogram, views, work);
        return views;
    }
}
