using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>How much an image's logits change from pass to pass, and with the images that are classified beside it.</summary>
internal static class LogitProbe
{
    // Kernels differ in rounding by the length of a batch: 1e-6 of the logits, in a deep network 1e-4.
    private const double Tolerance = 1e-3;

    // More images change no verdict.
    private const int MostImages = 8;

    /// <summary>The largest difference of two passes over the same images, in shares of the largest logit.</summary>
    public static double BetweenPasses(ImageClassifier classifier, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        return Difference(classifier.Logits(images), classifier.Logits(images));
    }

    /// <summary>
    /// The largest difference of an image's logits alone and among others: their negatives, so that a single image has
    /// company, too. Of a model behind a projection the classifier alone is asked: hundreds of steps of descent make much of the
    /// last bits, in which kernels differ by the length of a batch, and the projection itself looks at one image at a time.
    /// </summary>
    public static double BetweenBatches(ImageClassifier classifier, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        if (classifier is CompositeClassifier { Projection: not null } defended) classifier = defended.Inner;
        var some = images.slice(0, 0, Math.Min(images.shape[0], MostImages), 1);
        var together = classifier.Logits(cat([some, some.neg().Plus_(Held(1))]));
        var largest = 0.0;
        for (var row = 0; row < some.shape[0]; row++)
        {
            var alone = classifier.Logits(some.slice(0, row, row + 1, 1));
            largest = Math.Max(largest, Difference(alone, together.slice(0, row, row + 1, 1)));
        }

        return largest;
    }

    /// <summary>Whether a difference is more than rounding.</summary>
    public static bool Matters(double difference) => !(difference <= Tolerance);

    private static double Difference(Tensor first, Tensor second)
    {
        var (one, other) = (first.to(ScalarType.Float64), second.to(ScalarType.Float64));
        var size = Math.Max(one.abs().max().item<double>(), other.abs().max().item<double>());
        return size > 0 ? (one - other).abs().max().item<double>() / size : 0;
    }
}
