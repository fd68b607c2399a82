using System.Diagnostics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Randomised smoothing (Cohen et al. 2019): the smoothed classifier answers with the class that the model gives most often to
/// x + sigma n, n normal. With p the exact lower bound (Clopper and Pearson, one-sided) of that class's share, no change shorter
/// than sigma Phi^-1(p) alters the answer; it abstains where p is not above one half. The noise is not clipped to [0, 1], since
/// the certificate is of normal noise.
/// </summary>
internal static class RandomisedSmoothing
{
    /// <summary>Certifies each image.</summary>
    /// <param name="classifier">The model that is smoothed.</param>
    /// <param name="images">The images, with classes of the model.</param>
    /// <param name="options">Noise, draws, alpha.</param>
    /// <param name="work">Cancellation, progress.</param>
    /// <exception cref="InputException"><c>ImageShapeMismatch</c>, <c>ClassCountMismatch</c>.</exception>
    public static SmoothingReport Certify(ImageClassifier classifier, LabelledImages images, SmoothingOptions options, WorkContext work)
    {
        ClassifierFit.Check(classifier, images);
        var watch = Stopwatch.StartNew();
        var certified = new List<CertifiedImage>(images.Count);
        using var none = no_grad();
        for (var i = 0; i < images.Count; i++)
        {
            using var scope = NewDisposeScope();
            var batch = AttackRunner.Batch(images, [i], classifier.Device, classifier.ElementType, options.Seed);
            var random = batch.RandomOf(0, RandomStream.Smoothing);
            var first = Votes(classifier, batch.Images, random, 0, options.SelectionDraws, options, work);
            var chosen = Array.IndexOf(first, first.Max());
            var votes = Votes(classifier, batch.Images, random, options.SelectionDraws, options.Draws, options, work)[chosen];
            certified.Add(new CertifiedImage(
                i, images.Label(i), chosen, votes, CertifiedRadius.Of(votes, options.Draws, options.Alpha, options.Sigma)));
            work.Report("Certifying", i + 1, images.Count);
        }

        return new SmoothingReport(certified, watch.Elapsed.TotalSeconds);
    }

    // The copies from a number on, by the class that each gets; one whose logits are no numbers gets none.
    private static int[] Votes(
        ImageClassifier classifier, Tensor image, SeededRandom random, int start, int count, SmoothingOptions options, WorkContext work)
    {
        var votes = new int[classifier.ClassCount];
        for (var done = 0; done < count; done += options.BatchSize)
        {
            work.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            var size = Math.Min(options.BatchSize, count - done);
            SeededRandom[] copies = [.. Enumerable.Range(start + done, size).Select(copy => random.Fork(copy))];
            var repeated = image.expand(size, -1, -1, -1);
            var noise = ImageNoise.Draw(repeated, Array.ConvertAll(copies, copy => copy.Fork(0)), draw => draw.NextGaussian());
            var noisy = repeated.add(noise, alpha: Held(options.Sigma / Epsilon.PixelRange));
            var logits = classifier.Logits(noisy, new ImageDraws(Array.ConvertAll(copies, copy => copy.Fork(1))));
            var classes = logits.argmax(1).cpu().data<long>().ToArray();
            var finite = logits.isfinite().all(1).cpu().data<bool>().ToArray();
            for (var copy = 0; copy < size; copy++)
            {
                if (finite[copy]) votes[classes[copy]]++;
            }
        }

        return votes;
    }
}
