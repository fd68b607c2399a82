using Thesis.Engine.Learning;
using TorchSharp.Modules;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>
/// The layer that tells the identities of the training set apart, logits W x + b. With a radius alpha it sees features
/// on a hypersphere, x = alpha f / |f|: the L2-constrained softmax loss of Ranjan, Castillo and Chellappa (2017), which
/// the cross-entropy of its logits is. The gradient that reaches f is alpha / |f| (I - u u') W' (p - y), u = f / |f|,
/// so that all of a face's pull goes into its direction, however hard the face.
/// </summary>
internal sealed class IdentityHead : NamedModule
{
    // The square of a length below which a feature has no direction; it becomes zero, and its gradient stays finite.
    private const double LeastSquare = 1e-24;

    private readonly Linear _layer;

    /// <summary>Creates the layer.</summary>
    /// <param name="dimension">The values of a feature.</param>
    /// <param name="identities">The identities, 2 or more.</param>
    /// <param name="alpha">The radius; null for features as they are, the common softmax loss.</param>
    /// <param name="device">Where its tensors are.</param>
    public IdentityHead(int dimension, int identities, double? alpha, Device device)
        : base(nameof(IdentityHead))
    {
        Alpha = alpha;
        _layer = nn.Linear(dimension, identities, device: device);
        register_module("fc", _layer);
    }

    /// <summary>alpha; null without a constraint.</summary>
    public double? Alpha { get; }

    /// <summary>
    /// The least radius at which <paramref name="identities"/> classes can be told apart with the mean probability
    /// <paramref name="probability"/>: log(p (C - 2) / (1 - p)), for classes in opposite pairs along the axes (Ranjan
    /// et al.).
    /// </summary>
    public static double LeastAlpha(int identities, double probability) =>
        identities <= 2 ? 0 : Math.Log(probability * (identities - 2) / (1 - probability));

    /// <summary>The features with the length <paramref name="alpha"/>, or as they are without one.</summary>
    public static Tensor Constrain(Tensor features, double? alpha)
    {
        if (alpha is not { } radius) return features.alias();
        using var scope = NewDisposeScope();
        var lengths = features.mul(features).sum(1, keepdim: true).clamp_min(Held(LeastSquare)).sqrt();
        return features.div(lengths).mul(Held(radius)).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the first weights, by Xavier's rule.</summary>
    public void Initialise(Generator generator) => Learning.Initialise.Xavier(this, generator);

    /// <summary>The logits of features, N x identities.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _layer.forward(Constrain(input, Alpha)).MoveToOuterDisposeScope();
    }
}
