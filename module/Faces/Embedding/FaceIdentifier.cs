using Thesis.Engine.Learning;
using static TorchSharp.torch;

namespace Thesis.Engine.Faces;

/// <summary>
/// What is trained: a network that makes features, and the layer that tells the training set's identities apart by
/// them.
/// </summary>
internal sealed class FaceIdentifier : NamedModule
{
    private const string HeadPrefix = "head.";

    /// <summary>Takes both over.</summary>
    public FaceIdentifier(EmbeddingNetwork embedding, IdentityHead head)
        : base(nameof(FaceIdentifier))
    {
        (Embedding, Head) = (embedding, head);
        register_module("embedding", embedding);
        register_module("head", head);
    }

    /// <summary>The network, which is what a model's file holds.</summary>
    public EmbeddingNetwork Embedding { get; }

    /// <summary>The layer, which ends with the training.</summary>
    public IdentityHead Head { get; }

    /// <summary>
    /// Whether weight decay is for a parameter of this module: for those of the last layer alone, as the dissertation trains
    /// (section 2.5.1: 0 on the convolutions, 5e-4 on the last).
    /// </summary>
    public static bool Decays(string parameter) => parameter.StartsWith(HeadPrefix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Head.forward(Embedding.forward(input)).MoveToOuterDisposeScope();
    }
}
