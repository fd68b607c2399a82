using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A network of this module: features Phi(x) and a head on them. It takes pixels in [0, 1]; what normalisation it wants
/// is part of it. Its layers are registered under the names of its PyTorch twin, so state_dicts go both ways.
/// </summary>
internal abstract class ClassifierNetwork(string name) : NamedModule(name)
{
    /// <summary>The features Phi(x), N x D.</summary>
    public abstract Tensor Features(Tensor images);

    /// <summary>The logits Z of features, N x classes.</summary>
    public abstract Tensor Head(Tensor features);

    /// <summary>Draws the first values of the parameters.</summary>
    public abstract void Initialise(Generator generator);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Head(Features(input));
}
