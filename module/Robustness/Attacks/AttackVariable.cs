using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// What an attack changes to change an image: pixels behind a function that keeps them in [0, 1], or the latent code of a
/// generator. An attack on codes finds images that the generator can make, which no projection onto its range takes away.
/// </summary>
public abstract class AttackVariable
{
    /// <summary>Pixels behind tanh, the variable of CW.</summary>
    public static AttackVariable Pixels { get; } = new TanhPixels();

    /// <summary>The name after the attack's, such as <c>-Latent</c>.</summary>
    public virtual string Suffix => "";

    /// <summary>The first values, one row an image; they belong to the caller's scope.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="batch">The images.</param>
    public abstract Tensor Start(ImageClassifier classifier, AttackBatch batch);

    /// <summary>The images of a variable, N x C x H x W in [0, 1].</summary>
    public abstract Tensor Images(Tensor variable);

    /// <summary>The images from which distances are measured: those of the batch, unless the variable cannot reach them.</summary>
    public virtual Tensor DistanceCentre(AttackBatch batch, Tensor start)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Images;
    }

    /// <summary>
    /// The gradient with respect to the variable of a loss whose gradient with respect to its images is given: J' g, by one
    /// backward pass.
    /// </summary>
    /// <param name="variable">The variable.</param>
    /// <param name="images">Its images.</param>
    /// <param name="gradient">The gradient with respect to the images.</param>
    public virtual Tensor Pull(Tensor variable, Tensor images, Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(variable);
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var leaf = variable.detach().requires_grad_();
        var made = Images(leaf);
        // The library ends the process when it is asked for the gradient of a value without a graph.
        if (!made.requires_grad) throw new InvalidOperationException("The variable's images have no gradient.");
        return autograd.grad([made], [leaf], [gradient.detach()])[0].contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>x' = (tanh(w) + 1) / 2.</summary>
    private sealed class TanhPixels : AttackVariable
    {
        // Keeps atanh finite at pixels of 0 and 1.
        private const double BoxShrinkage = 0.999999;

        public override Tensor Start(ImageClassifier classifier, AttackBatch batch)
        {
            using var scope = NewDisposeScope();
            return batch.Images.mul(Held(2)).sub(Held(1)).mul(Held(BoxShrinkage)).atanh_().MoveToOuterDisposeScope();
        }

        public override Tensor Images(Tensor variable)
        {
            using var scope = NewDisposeScope();
            return variable.tanh().Plus_(Held(1)).div_(Held(2)).MoveToOuterDisposeScope();
        }

        public override Tensor DistanceCentre(AttackBatch batch, Tensor start) => Images(start);

        // d x' / d w, from x' itself: (1 - tanh^2) / 2 = 2 x' (1 - x').
        public override Tensor Pull(Tensor variable, Tensor images, Tensor gradient)
        {
            using var scope = NewDisposeScope();
            var slope = images.neg().Plus_(Held(1)).mul_(images).mul_(Held(2));
            return gradient.mul(slope).MoveToOuterDisposeScope();
        }
    }
}

/// <summary>The latent codes of a generator: the variable of the reparameterisation attack (section 5.5).</summary>
/// <param name="generator">The images of codes, in [0, 1], through which gradients flow.</param>
/// <param name="codes">The codes to start from, such as an encoder's of the batch's images.</param>
public sealed class LatentCodes(Func<Tensor, Tensor> generator, Func<AttackBatch, Tensor> codes) : AttackVariable
{
    /// <inheritdoc/>
    public override string Suffix => "-Latent";

    /// <inheritdoc/>
    public override Tensor Start(ImageClassifier classifier, AttackBatch batch) => codes(batch);

    /// <inheritdoc/>
    public override Tensor Images(Tensor variable) => generator(variable);
}
