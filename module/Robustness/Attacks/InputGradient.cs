using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Losses and their gradients with respect to images; the model's parameters get none.</summary>
internal static class InputGradient
{
    /// <summary>
    /// The gradient of the sum over images of <paramref name="loss"/> of the logits, with the loss of each image and the
    /// logits, both detached. All of the gradient is finite: what is not is replaced and noted in
    /// <see cref="AttackBatch.ReplacedGradients"/>. A loss that is no number is minus infinity, so it is nobody's best.
    /// </summary>
    /// <remarks>The tensors belong to the caller's scope.</remarks>
    /// <param name="classifier">The model.</param>
    /// <param name="batch">The batch that the images are points of, row by row.</param>
    /// <param name="images">Where the gradient is wanted.</param>
    /// <param name="loss">The loss of each image, from its logits.</param>
    public static LossGradient Of(
        ImageClassifier classifier, AttackBatch batch, Tensor images, Func<Tensor, Tensor> loss)
    {
        if (batch.Expectation == 1 || !classifier.IsRandom) return Once(classifier, batch, images, loss);
        using var scope = NewDisposeScope();
        var sum = Once(classifier, batch, images, loss);
        for (var pass = 1; pass < batch.Expectation; pass++)
        {
            using var inner = NewDisposeScope();
            var next = Once(classifier, batch, images, loss);
            sum.Gradient.Plus_(next.Gradient);
            sum.Losses.Plus_(next.Losses);
            sum.Logits.Plus_(next.Logits);
        }

        return new LossGradient(
            sum.Gradient.div_(Held(batch.Expectation)).MoveToOuterDisposeScope(),
            sum.Losses.div_(Held(batch.Expectation)).MoveToOuterDisposeScope(),
            sum.Logits.div_(Held(batch.Expectation)).MoveToOuterDisposeScope());
    }

    private static LossGradient Once(
        ImageClassifier classifier, AttackBatch batch, Tensor images, Func<Tensor, Tensor> loss)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var leaf = images.detach().requires_grad_();
        var logits = Pass(classifier, batch, leaf);
        var losses = loss(logits);
        // The library ends the process when it is asked for the gradient of a loss without a graph.
        if (!losses.requires_grad) throw ClassifierFit.NoGradients(classifier, "The attack needs");
        // A gradient that is the same everywhere may share its values; attacks work on it in place.
        var gradient = autograd.grad([losses.sum()], [leaf])[0].contiguous();
        using var none = no_grad();
        return new LossGradient(
            Finite(gradient, batch).MoveToOuterDisposeScope(),
            losses.masked_fill(losses.isfinite().logical_not(), Held(double.NegativeInfinity)).detach().MoveToOuterDisposeScope(),
            logits.detach().MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The logits, detached, and the gradient of each class's logit, N x classes x C x H x W; means over the passes of a
    /// random model.
    /// </summary>
    /// <param name="classifier">The model.</param>
    /// <param name="batch">The batch that the images are points of, row by row.</param>
    /// <param name="images">Where the gradients are wanted.</param>
    /// <param name="classes">The classes whose gradients are wanted, an image each: N x classes, int64.</param>
    public static (Tensor Logits, Tensor Gradients) OfClasses(
        ImageClassifier classifier, AttackBatch batch, Tensor images, Tensor classes)
    {
        using var scope = NewDisposeScope();
        var (logits, found) = OfClassesOnce(classifier, batch, images, classes);
        var passes = classifier.IsRandom ? batch.Expectation : 1;
        for (var pass = 1; pass < passes; pass++)
        {
            using var inner = NewDisposeScope();
            var next = OfClassesOnce(classifier, batch, images, classes);
            logits.Plus_(next.Logits);
            found.Plus_(next.Gradients);
        }

        if (passes > 1) (logits, found) = (logits.div_(Held(passes)), found.div_(Held(passes)));
        return (logits.MoveToOuterDisposeScope(), found.MoveToOuterDisposeScope());
    }

    private static (Tensor Logits, Tensor Gradients) OfClassesOnce(
        ImageClassifier classifier, AttackBatch batch, Tensor images, Tensor classes)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var leaf = images.detach().requires_grad_();
        var logits = Pass(classifier, batch, leaf);
        if (!logits.requires_grad) throw ClassifierFit.NoGradients(classifier, "The attack needs");
        var chosen = logits.gather(1, classes);
        var count = (int)chosen.shape[1];
        // The graph is kept until the last: the library ends the process when it is asked of a graph that is gone.
        var found = Enumerable.Range(0, count).Select(
            place => Finite(
                autograd.grad([chosen.select(1, place).sum()], [leaf], retain_graph: place < count - 1)[0], batch)).ToArray();
        return (logits.detach().MoveToOuterDisposeScope(), stack(found, 1).MoveToOuterDisposeScope());
    }

    /// <summary>Which images have a gradient that is NaN or infinite somewhere, N.</summary>
    public static Tensor AreNotFinite(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        return gradient.isfinite().flatten(1).all(1).logical_not().MoveToOuterDisposeScope();
    }

    // NaN says nothing of its pixel and becomes 0. Infinity points the way, and becomes the image's largest finite value.
    private static Tensor Finite(Tensor gradient, AttackBatch batch)
    {
        using var scope = NewDisposeScope();
        // One pass over the values: NaN and infinity reach their sum. A sum that overflows is looked at value by value.
        if (double.IsFinite(gradient.sum().to(ScalarType.Float64).item<double>())) return gradient;
        var finite = gradient.isfinite();
        if (finite.all().item<bool>()) return gradient;
        var rows = AreNotFinite(gradient).cpu().data<bool>().ToArray();
        for (var row = 0; row < rows.Length; row++)
        {
            if (rows[row]) batch.ReplacedGradients.Add(batch.Indices[row]);
        }

        var kept = gradient.masked_fill(finite.logical_not(), Held(0));
        var largest = ImageNorms.Largest(kept);
        largest = largest.masked_fill(largest.eq(Held(0)), Held(1));
        return where(gradient.isinf(), gradient.sign() * largest, kept).MoveToOuterDisposeScope();
    }

    /// <summary>The logits as an attacker gets them, without a graph: means over the passes of a random model.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="batch">The batch that the images are points of, row by row.</param>
    /// <param name="images">The images.</param>
    public static Tensor Logits(ImageClassifier classifier, AttackBatch batch, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var logits = Pass(classifier, batch, images);
        if (!classifier.IsRandom || batch.Expectation == 1) return logits.MoveToOuterDisposeScope();
        for (var pass = 1; pass < batch.Expectation; pass++) logits = logits.Plus(Pass(classifier, batch, images));
        return logits.div(Held(batch.Expectation)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The logits by which images are judged, without a graph, by draws that no attack has seen: of one pass, or means over
    /// <see cref="AttackBatch.JudgingPasses"/>.
    /// </summary>
    /// <param name="classifier">The model.</param>
    /// <param name="batch">The batch that the images are points of, row by row.</param>
    /// <param name="images">The images.</param>
    public static Tensor Judged(ImageClassifier classifier, AttackBatch batch, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        if (!classifier.IsRandom) return classifier.Logits(images).MoveToOuterDisposeScope();
        var logits = classifier.Logits(images, batch.JudgingDraws());
        for (var pass = 1; pass < batch.JudgingPasses; pass++) logits = logits.Plus(classifier.Logits(images, batch.JudgingDraws(pass)));
        return (batch.JudgingPasses == 1 ? logits : logits.div(Held(batch.JudgingPasses))).MoveToOuterDisposeScope();
    }

    private static Tensor Pass(ImageClassifier classifier, AttackBatch batch, Tensor images) =>
        classifier.IsRandom ? classifier.Logits(images, batch.NextDraws()) : classifier.Logits(images);
}

/// <summary>A gradient, and the values on the way to it.</summary>
internal readonly record struct LossGradient(Tensor Gradient, Tensor Losses, Tensor Logits);
