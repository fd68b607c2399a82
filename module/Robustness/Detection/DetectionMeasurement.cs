using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Detection of attacks by the distance between an image and its projection (section 5.4.3). The threshold is the quantile of
/// clean calibration images' distances that leaves a share of them above it; other clean images are the negatives.
/// </summary>
internal static class DetectionMeasurement
{
    private const double SmallestSquare = 1e-24;

    /// <summary>Measures; two rows, one a distance, for each attack and budget.</summary>
    /// <param name="classifier">A model behind a projection.</param>
    /// <param name="images">Clean images, which are attacked, and are the negatives.</param>
    /// <param name="calibration">Other clean images, for the threshold.</param>
    /// <param name="options">Attacks, budgets, the share.</param>
    /// <param name="work">Cancellation, progress.</param>
    /// <param name="second">A second classifier that looks at what turned the model.</param>
    /// <param name="model">
    /// What tells the model from others, under which the scores of clean images are kept for the session's next measurement; null to
    /// keep none.
    /// </param>
    /// <exception cref="InputException">
    /// <c>ProjectionMissing</c>, <c>CleanImagesMissing</c>, <c>ScoreNotFinite</c>; the faults of <see cref="AttackRunner"/>.
    /// </exception>
    public static IReadOnlyList<DetectionRow> Measure(
        ImageClassifier classifier, LabelledImages images, LabelledImages calibration, DetectionOptions options, WorkContext work,
        ImageClassifier? second = null, string? model = null)
    {
        var defended = AdaptiveAttack.Defended(classifier, "Detection");
        if (images.Count == 0 || calibration.Count == 0)
        {
            throw new InputException(
                "CleanImagesMissing", FaultKind.InvalidData,
                "A detector needs clean images to set its threshold by, and others to be judged by; there are none.");
        }

        var attacks = options.Attacks
            ?? [.. AttackCatalogue.DefaultsFor(classifier).Select(name => AttackCatalogue.Create(name, options.Settings))];
        foreach (var attack in attacks)
        {
            ClassifierFit.Check(classifier, attack);
            options.Budgets.For(attack, images.Shape);
        }

        if (second is not null) ClassifierFit.Check(second, images);
        var witness = second is null ? null : new Witness(second);
        Scores Known(LabelledImages of) => model is null
            ? Clean(defended, of, options.Run, work)
            : CleanFindings<Scores>.Of(CleanKey.Of(model, of, options.Run, work), () => Clean(defended, of, options.Run, work));
        var thresholds = Thresholds(Known(calibration), options.FalsePositiveRate);
        var negatives = Known(images);
        var rows = new List<DetectionRow>();
        foreach (var attack in attacks)
        {
            foreach (var epsilon in attack.TakesEpsilon ? options.Budgets.For(attack).Select(one => (Epsilon?)one) : [null])
            {
                var scores = new Scores();
                AttackRunner.Run(
                    classifier, images, attack, epsilon is { } budget ? [budget] : [], options.Run, work,
                    attacked =>
                    {
                        if (attacked.Outcomes[0].Leaves(attacked.Batch)) scores.AddUnchanged(negatives, attacked.Batch, witness);
                        else scores.Add(defended, attacked.Batch, attacked.Outcomes[0].Images, witness);
                    });
                rows.AddRange(Enum.GetValues<DetectionDistance>().Select(distance => Row(
                    attack, epsilon, distance, scores, negatives, thresholds[(int)distance])));
                var last = rows[^1];
                work.Verbose?.Invoke(FormattableString.Invariant(
                    $"{attack.Name} {epsilon}: areas {rows[^2].Area.Area:F3} (image) and {last.Area.Area:F3} (semantic), accuracy {last.Accuracy:F3}."));
            }
        }

        return rows;
    }

    private static DetectionRow Row(
        IAdversarialAttack attack, Epsilon? epsilon, DetectionDistance distance, Scores scores, Scores clean, double threshold)
    {
        var (positives, negatives) = (scores.Of(distance), clean.Of(distance));
        double[] won = [.. positives.Where((_, i) => !scores.Images[i].Right)];
        var (turned, seenRight, seenTurned) = Turned(scores.Images, clean.Images);
        return new DetectionRow
        {
            Attack = attack.Name,
            Epsilon = epsilon,
            Knowledge = attack.Knowledge ?? (attack.Access == AttackAccess.WhiteBox ? AttackerKnowledge.White : AttackerKnowledge.Black),
            Distance = distance,
            Area = RocArea.Measure(positives, negatives),
            SuccessfulArea = won.Length == 0 ? null : RocArea.Measure(won, negatives),
            Threshold = threshold,
            FalsePositiveRate = Share(negatives, score => score > threshold),
            DetectionRate = Share(positives, score => score > threshold),
            Accuracy = (double)scores.Images.Count(image => image.Right) / positives.Length,
            DefendedOrDetected = (double)positives.Where((score, i) => scores.Images[i].Right || score > threshold).Count() / positives.Length,
            Count = positives.Length,
            Turned = turned,
            WitnessRight = seenRight,
            WitnessTurned = seenTurned,
            Curve = Curve(positives, negatives),
        };
    }

    /// <summary>How many images the attack turned, and of how many of them a second classifier sees the true class still, or lost it.</summary>
    /// <param name="attacked">The attacked images, of the whole set or of a part.</param>
    /// <param name="clean">All images of the set in order.</param>
    internal static (int Turned, int? SeenRight, int? SeenTurned) Turned(IReadOnlyList<ScoredImage> attacked, IReadOnlyList<ScoredImage> clean)
    {
        ScoredImage[] turned = [.. attacked.Where(image => !image.Right && clean[image.Index].Right)];
        int? Count(Func<Testimony, int, bool> isMeant) => attacked.Any(image => image.Witness is not null)
            ? turned.Count(image => image.Witness is { } seen && isMeant(seen, image.Label)) : null;
        return (turned.Length, Count((seen, label) => seen.IsRight(label)), Count((seen, label) => seen.WasTurned(label)));
    }

    private static double Share(double[] scores, Predicate<double> which) => (double)scores.Count(score => which(score)) / scores.Length;

    /// <summary>The ROC curve, from (0, 0), a point for each threshold at which it moves.</summary>
    internal static IReadOnlyList<(double FalsePositives, double TruePositives, double Threshold)> Curve(double[] positives, double[] negatives)
    {
        var points = new List<(double, double, double)> { (0, 0, double.PositiveInfinity) };
        double[] above = [.. positives.OrderDescending()];
        double[] falsely = [.. negatives.OrderDescending()];
        var (found, wrong) = (0, 0);
        foreach (var threshold in above.Concat(falsely).Distinct().OrderDescending())
        {
            while (found < above.Length && above[found] >= threshold) found++;
            while (wrong < falsely.Length && falsely[wrong] >= threshold) wrong++;
            points.Add(((double)wrong / falsely.Length, (double)found / above.Length, threshold));
        }

        return points;
    }

    /// <summary>For each distance the score that a share of clean images lies above: the quantile without interpolation.</summary>
    internal static double[] Thresholds(Scores clean, double share) => [.. Enum.GetValues<DetectionDistance>().Select(distance =>
    {
        var sorted = clean.Of(distance).Order().ToArray();
        // At most the share of them lies above.
        return sorted[sorted.Length - 1 - (int)Math.Floor(share * sorted.Length)];
    })];

    private static Scores Clean(CompositeClassifier defended, LabelledImages images, AttackRunOptions options, WorkContext work)
    {
        var scores = new Scores();
        foreach (var indices in Enumerable.Range(0, images.Count).Chunk(options.BatchSize))
        {
            work.ThrowIfCancelled();
            using var scope = NewDisposeScope();
            var batch = AttackRunner.Load(defended, images, indices, options with { Target = null });
            scores.Add(defended, batch, batch.Images);
            work.Report("Distances of clean images", indices[^1] + 1, images.Count);
        }

        return scores;
    }

    /// <summary>norm(Phi(x) - Phi(P(x))) of each image (5.12).</summary>
    internal static Tensor SemanticDistances(ImageClassifier classifier, Tensor images, Tensor projected)
    {
        using var scope = NewDisposeScope();
        var squares = (classifier.Features(images) - classifier.Features(projected)).pow(HeldScalar.Held(2)).sum(1L);
        // The root has no derivative at 0.
        return squares.clamp_min(HeldScalar.Held(SmallestSquare)).sqrt().MoveToOuterDisposeScope();
    }

    /// <summary>What the defended model, and a second classifier, see of an image.</summary>
    /// <param name="Index">Its place in the set.</param>
    /// <param name="Label">Its true class.</param>
    /// <param name="Right">Whether the defended model gives it that; where it names no class, it is not wrong.</param>
    /// <param name="Witness">What the second classifier sees of it; none where there is none.</param>
    internal readonly record struct ScoredImage(int Index, int Label, bool Right, Testimony? Witness);

    /// <summary>The distances of images, and whether the defended model is right about them.</summary>
    internal sealed class Scores
    {
        private readonly List<double> _image = [];
        private readonly List<double> _semantic = [];

        /// <summary>The images, in the order of the scores.</summary>
        public List<ScoredImage> Images { get; } = [];

        /// <summary>The scores of a distance.</summary>
        public double[] Of(DetectionDistance distance) => [.. distance == DetectionDistance.Image ? _image : _semantic];

        /// <summary>Adds a batch, each image projected once, by draws that no attack has seen.</summary>
        public void Add(CompositeClassifier defended, AttackBatch batch, Tensor images, Witness? witness = null)
        {
            using var scope = NewDisposeScope();
            using var none = no_grad();
            var projected = defended.Defended(images, batch.JudgingDraws());
            Numbers(ImageNorms.Lengths(images - projected).flatten(), _image);
            Numbers(SemanticDistances(defended.Inner, images, projected), _semantic);
            var found = ImageTally.Predictions(defended.Inner.Logits(projected));
            var labels = batch.Goal.Labels.cpu().data<long>().ToArray();
            var seen = witness?.See(batch.Images, images);
            Images.AddRange(batch.Indices.Select((index, row) => new ScoredImage(
                index, (int)labels[row], found[row] is null || found[row] == labels[row], seen?[row])));
        }

        /// <summary>Adds a batch that an attack left as it was: the scores are those of the clean images.</summary>
        /// <param name="clean">All images of the set in order.</param>
        /// <param name="batch">Some of them.</param>
        /// <param name="witness">A second classifier, or null.</param>
        public void AddUnchanged(Scores clean, AttackBatch batch, Witness? witness)
        {
            var seen = witness?.See(batch.Images, batch.Images);
            for (var row = 0; row < batch.Count; row++)
            {
                var index = batch.Indices[row];
                _image.Add(clean._image[index]);
                _semantic.Add(clean._semantic[index]);
                Images.Add(clean.Images[index] with { Witness = seen?[row] });
            }
        }

        private static void Numbers(Tensor scores, List<double> target)
        {
            using var scope = NewDisposeScope();
            target.AddRange(scores.to(ScalarType.Float64).cpu().data<double>().ToArray());
        }
    }
}
