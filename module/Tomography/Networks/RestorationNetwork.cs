using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>A network that restores images of scans with metal.</summary>
internal abstract class RestorationNetwork(string name) : NamedModule(name)
{
    /// <summary>Draws the first weights.</summary>
    public abstract void Initialise(Generator generator);

    /// <summary>
    /// Floating-point operations of the convolutions for one scan, a product and its sum being two: the count of PyTorch's profiler.
    /// What else there is, the Radon inversion of the dual-domain model included, is linear in the pixels and small beside it.
    /// </summary>
    public long Flops(ScanGeometry geometry) => 2 * Products(geometry);

    /// <summary>Products of numbers of the convolutions for one scan.</summary>
    protected abstract long Products(ScanGeometry geometry);

    /// <summary>The restored images, [B, 1, N, N] in multiples of the attenuation of water.</summary>
    public abstract Tensor Restore(ScanBatch scans);
}
