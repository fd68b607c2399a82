using System.Collections.Immutable;
using Thesis.Engine.Data;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A classifier of images as an attack sees it: pixels in, logits out.
/// <para>
/// Images are tensors of shape N x C x H x W with values in [0, 1], on <see cref="Device"/> and of type
/// <see cref="ElementType"/>. Any normalisation that the network was trained with belongs inside, so that an epsilon
/// means the same for every model. The classifier is in evaluation mode (no dropout, stored batch statistics), its
/// parameters are frozen (<c>requires_grad</c> is false), and an image's logits do not depend on the others of its batch.
/// Create one only after <see cref="Runtime.TorchBackend.EnsureLoaded"/>.
/// </para>
/// </summary>
public abstract class ImageClassifier : IDisposable
{
    /// <summary>The name for records and messages, such as <c>model-a</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The shape of one image.</summary>
    public abstract ImageShape ImageShape { get; }

    /// <summary>The number of classes.</summary>
    public abstract int ClassCount { get; }

    /// <summary>The names of the classes by label; empty where the model's file says none.</summary>
    public virtual ImmutableArray<string> ClassNames => [];

    /// <summary>Where the parameters are, and the images must be.</summary>
    public abstract Device Device { get; }

    /// <summary>The type of parameters and images: Float32, or Float64.</summary>
    public abstract ScalarType ElementType { get; }

    /// <summary>
    /// Whether gradients flow from the logits and the features to the images. Where they do not, as with ONNX, only
    /// black-box attacks run.
    /// </summary>
    public abstract bool IsDifferentiable { get; }

    /// <summary>
    /// What the forward pass is known to do beside computing a function of the image; empty where nothing is known.
    /// </summary>
    public virtual IReadOnlyList<ForwardFinding> ForwardFindings => [];

    /// <summary>Why no gradients flow, where the model's file is of a kind that could give them; null otherwise.</summary>
    public virtual Runtime.InputException? GradientFault => null;

    /// <summary>Whether the logits of an image differ from pass to pass, by draws of <see cref="ImageDraws"/>.</summary>
    public virtual bool IsRandom => false;

    /// <summary>Whether several threads may ask for logits and gradients at once.</summary>
    public virtual bool IsReentrant => false;

    /// <summary>The files of the models inside a model that is put together of several; none otherwise.</summary>
    public virtual ImmutableArray<string> Parts => [];

    /// <summary>The logits Z(x), of shape N x <see cref="ClassCount"/>.</summary>
    /// <param name="images">N x C x H x W, values in [0, 1].</param>
    public abstract Tensor Logits(Tensor images);

    /// <summary>The logits by given draws; a model that is not random makes none.</summary>
    /// <param name="images">N x C x H x W, values in [0, 1].</param>
    /// <param name="draws">The draws of the images, row by row.</param>
    public virtual Tensor Logits(Tensor images, ImageDraws draws) => Logits(images);

    /// <summary>Whether it names the layer before the last, which <see cref="Features"/> gives.</summary>
    public virtual bool HasFeatures => true;

    /// <summary>The features Phi(x) before the last layer, of shape N x D (5.12).</summary>
    /// <param name="images">N x C x H x W, values in [0, 1].</param>
    /// <exception cref="Runtime.InputException"><c>FeaturesNotAvailable</c>: the model names no such layer.</exception>
    public abstract Tensor Features(Tensor images);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the parameters.</summary>
    protected abstract void Dispose(bool disposing);
}
