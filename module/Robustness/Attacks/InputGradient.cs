using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Losses and their gradients with respect to images; the model's parameters get none.</summary>
internal static class InputGradient
{
    /// <summary>
    /// The gradient of the sum over images of <paramref name="loss"/> of the logits, with the loss of each image and the
    /// logits, both detached.
    /// </summary>
    /// <remarks>The tensors belong to the caller's scope.</remarks>
    public static LossGradient Of(ImageClassifier classifier, Tensor images, Func<Tensor, Tensor> loss)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var leaf = images.detach().requires_grad_();
        var logits = classifier.Logits(leaf);
        var losses = loss(logits);
        // The library ends the process when it is asked for the gradient of a loss without a graph.
        if (!losses.requires_grad) throw ClassifierFit.NoGradients(classifier, "The attack needs");
        // A gradient that is the same everywhere may share its values; attacks work on it in place.
        var gradient = autograd.grad([losses.sum()], [leaf])[0].contiguous();
        return new LossGradient(
            gradient.MoveToOuterDisposeScope(),
            losses.detach().MoveToOuterDisposeScope(),
            logits.detach().MoveToOuterDisposeScope());
    }

    /// <summary>The logits, without a graph.</summary>
    public static Tensor Logits(ImageClassifier classifier, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        return classifier.Logits(images).MoveToOuterDisposeScope();
    }
}

/// <summary>A gradient, and the values on the way to it.</summary>
internal readonly record struct LossGradient(Tensor Gradient, Tensor Losses, Tensor Logits);
