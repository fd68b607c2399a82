using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>A network that restores images of scans with metal.</summary>
internal abstract class RestorationNetwork(string name) : NamedModule(name)
{
    /// <summary>Draws the first weights.</summary>
    public abstract void Initialise(Generator generator);

    /// <summary>The restored images, [B, 1, N, N] in multiples of the attenuation of water.</summary>
    public abstract Tensor Restore(ScanBatch scans);
}
