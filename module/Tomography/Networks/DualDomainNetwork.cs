using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>What the dual-domain model makes of a batch.</summary>
/// <param name="Sinogram">Y_out, line integrals; null without SE-Net.</param>
/// <param name="Reconstruction">f_R(Y_out) in multiples of water; null without SE-Net.</param>
/// <param name="Image">The result in multiples of water: X_out or, without IE-Net, the reconstruction.</param>
internal sealed record DualDomainOutput(Tensor? Sinogram, Tensor? Reconstruction, Tensor Image);

/// <summary>
/// The dual-domain model (Figure 4.2): SE-Net, the Radon inversion layer f_R and IE-Net, as many of them as the configuration has.
/// <code>
/// Y_out = M (Y_LI + G_s(Y_LI, M)) + (1 - M) Y_LI       X = f_R(Y_out)       X_out = X_LI + G_i(X_LI, X)       (4.6, 4.12)
/// L = |Y_out - Y_gt|_1 + |X - X_gt|_1 + |X_out - X_gt|_1                                                      (4.14)
/// </code>
/// Sinograms are line integrals; images are in multiples of the attenuation of water, .192 1/cm; each norm is the mean of the
/// absolute values, so that the sum has these units and does not depend on the sizes. Gradients of every loss flow through f_R.
/// </summary>
internal sealed class DualDomainNetwork : RestorationNetwork
{
    private readonly RadonInversionLayer _inversion;
    private readonly SinogramNetwork? _sinogram;
    private readonly ImageNetwork? _image;

    /// <summary>Creates the model.</summary>
    /// <param name="configuration">Its parts.</param>
    /// <param name="width">The width of both U-Nets.</param>
    /// <param name="geometry">The scans that it is for.</param>
    /// <param name="device">Where its tensors are.</param>
    public DualDomainNetwork(DualDomainConfiguration configuration, int width, ScanGeometry geometry, Device device)
        : base("DuDoNet")
    {
        Configuration = configuration;
        _inversion = new RadonInversionLayer(geometry);
        if (configuration.HasSinogram)
        {
            _sinogram = new SinogramNetwork(width, configuration.HasPyramid, device);
            register_module("se", _sinogram);
        }

        if (configuration.HasImage)
        {
            _image = new ImageNetwork(width, configuration.HasSinogram ? 2 : 1, device);
            register_module("ie", _image);
        }
    }

    /// <summary>The parts that it has.</summary>
    public DualDomainConfiguration Configuration { get; }

    /// <summary>The layer between the domains; it has no parameters and is no part of the state.</summary>
    public RadonInversionLayer Inversion => _inversion;

    /// <summary>Draws the first weights; the model gives LI's image then.</summary>
    public override void Initialise(Generator generator)
    {
        _sinogram?.Initialise(generator);
        _image?.Initialise(generator);
    }

    /// <summary>Not used: the model has several inputs and outputs.</summary>
    public override Tensor forward(Tensor input) => throw new NotSupportedException("Call Restore.");

    /// <inheritdoc/>
    public override Tensor Restore(ScanBatch scans)
    {
        using var scope = NewDisposeScope();
        return Restore(scans.Sinogram, scans.Trace, scans.Interpolated).Image.MoveToOuterDisposeScope();
    }

    /// <summary>Restores a batch.</summary>
    /// <param name="interpolated">Y_LI, [B, 1, views, bins].</param>
    /// <param name="trace">M, 1 where there is metal, of the same shape.</param>
    /// <param name="image">X_LI in multiples of water, [B, 1, N, N].</param>
    public DualDomainOutput Restore(Tensor interpolated, Tensor trace, Tensor image)
    {
        var sinogram = _sinogram?.Restore(interpolated, trace);
        var reconstruction = sinogram is null ? null : Reconstruct(sinogram);
        if (_image is null) return new DualDomainOutput(sinogram, reconstruction, reconstruction!);
        using var both = reconstruction is null ? image.alias() : cat([image, reconstruction], dim: 1);
        return new DualDomainOutput(sinogram, reconstruction, _image.forward(both));
    }

    /// <summary>f_R: sinograms [B, 1, views, bins] to images in multiples of water.</summary>
    public Tensor Reconstruct(Tensor sinogram)
    {
        using var attenuation = _inversion.forward(sinogram);
        return attenuation.mul(Held(1 / HounsfieldScale.WaterAttenuation));
    }

    /// <summary>The losses of (4.14) that the configuration has, by their names.</summary>
    /// <param name="output">What the model made.</param>
    /// <param name="sinogram">Y_gt.</param>
    /// <param name="image">X_gt in multiples of water.</param>
    public IReadOnlyList<(string Name, Tensor Value)> Losses(DualDomainOutput output, Tensor sinogram, Tensor image)
    {
        var losses = new List<(string, Tensor)>();
        if (Configuration.HasSinogram) losses.Add(("loss_sinogram", MeanDistance(output.Sinogram!, sinogram)));
        if (Configuration.HasConsistency) losses.Add(("loss_consistency", MeanDistance(output.Reconstruction!, image)));
        if (Configuration.HasImage) losses.Add(("loss_image", MeanDistance(output.Image, image)));
        return losses;
    }

    /// <summary>The names of <see cref="Losses"/>.</summary>
    public static IReadOnlyList<string> LossNames(DualDomainConfiguration configuration) =>
    [
        .. configuration.HasSinogram ? ["loss_sinogram"] : Array.Empty<string>(),
        .. configuration.HasConsistency ? ["loss_consistency"] : Array.Empty<string>(),
        .. configuration.HasImage ? ["loss_image"] : Array.Empty<string>(),
    ];

    /// <inheritdoc/>
    protected override long Products(ScanGeometry geometry) =>
        (_sinogram?.Products(geometry.Views, geometry.Bins) ?? 0) + (_image?.Products(geometry.ImageSize) ?? 0);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _inversion.Dispose();
        base.Dispose(disposing);
    }

    private static Tensor MeanDistance(Tensor left, Tensor right) => nn.functional.l1_loss(left, right);
}
