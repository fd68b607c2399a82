using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>
/// A network f that makes a feature of an aligned face: N x 3 x rows x columns, red first, a pixel v as (v - 127.5) /
/// 127.5, to N x <see cref="Dimension"/>. What classifies the identities in training is not part of it
/// (<see cref="IdentityHead"/>).
/// </summary>
internal abstract class EmbeddingNetwork(string name, int dimension) : NamedModule(name)
{
    private const int Block = 16;

    /// <summary>The values of a feature.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>Draws the first values of the parameters: He's uniform values, slopes of .25, biases of 0.</summary>
    public void Initialise(Generator generator)
    {
        Learning.Initialise.He(this, generator);
        ParametricRelu.Initialise(this);
    }

    /// <summary>
    /// Channels of a layer at a share of the published width: whole blocks of 16, in which the library's kernels compute, as the
    /// published ones are; at least one.
    /// </summary>
    protected static int Scaled(int published, double width) =>
        Block * Math.Max(1, (int)Math.Round(published * width / Block));

    /// <summary>Batch normalisation of a layer's channels, with PyTorch's settings.</summary>
    protected static BatchNormalisation Norm(int channels, Device device) =>
        new(channels, epsilon: 1e-5, momentum: 0.1, device);
}
