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

    /// <summary>The logits, detached, and the gradient of each class's logit, N x classes x C x H x W.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="images">The images.</param>
    /// <param name="classes">The classes whose gradients are wanted, an image each: N x classes, int64.</param>
    public static (Tensor Logits, Tensor Gradients) OfClasses(
        ImageClassifier classifier, Tensor images, Tensor classes)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var leaf = images.detach().requires_grad_();
        var logits = classifier.Logits(leaf);
        if (!logits.requires_grad) throw ClassifierFit.NoGradients(classifier, "The attack needs");
        var chosen = logits.gather(1, classes);
        var count = (int)chosen.shape[1];
        // The graph is kept until the last: the library ends the process when it is asked of a graph that is gone.
        var found = Enumerable.Range(0, count).Select(
            place => autograd.grad([chosen.select(1, place).sum()], [leaf], retain_graph: place < count - 1)[0]).ToArray();
        return (logits.detach().MoveToOuterDisposeScope(), stack(found, 1).MoveToOuterDisposeScope());
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
