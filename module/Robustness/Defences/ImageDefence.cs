using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// A step before a classifier that shall take an attack's change away: images in, images out. Its backward pass is that of
/// its own operations, or of a stand-in: BPDA (Athalye et al. 2018), for steps without a useful derivative.
/// </summary>
public abstract class ImageDefence : IDisposable
{
    /// <summary>The name in records, such as <c>jpeg-75</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it draws anew for each pass.</summary>
    public virtual bool IsRandom => false;

    /// <summary>
    /// The function whose derivative takes the place of this one's; null for its own. The identity is
    /// <c>images => images</c>.
    /// </summary>
    public virtual Func<Tensor, Tensor>? Approximation => null;

    /// <summary>The defended images, N x C x H x W; they belong to the caller's scope.</summary>
    /// <param name="images">N x C x H x W in [0, 1].</param>
    /// <param name="draws">The images' draws, where <see cref="IsRandom"/>.</param>
    /// <param name="part">This step's number among the model's parts, for its draws.</param>
    public abstract Tensor Apply(Tensor images, ImageDraws draws, int part);

    /// <summary>The defended images, through which gradients flow as the defence says.</summary>
    internal Tensor Forward(Tensor images, ImageDraws draws, int part)
    {
        if (Approximation is not { } approximation || !images.requires_grad || !is_grad_enabled()) return Apply(images, draws, part);
        using var scope = NewDisposeScope();
        Tensor value;
        using (no_grad()) value = Apply(images.detach(), draws, part);
        return ReplacedGradient.Of(value, approximation(images)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what it holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
