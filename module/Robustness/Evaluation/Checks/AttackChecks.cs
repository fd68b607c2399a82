using static Thesis.Engine.Runtime.HeldScalar;

namespace Thesis.Engine.Robustness;

/// <summary>Whether attacks fare against each other as they must where gradients tell the truth.</summary>
internal sealed class AttackChecks(CheckedModel model, CheckAttacks attacks)
{
    private const double MostSurvivors = 0.01;

    // Half of the range: any image can become grey, so nothing can stay right.
    private const double HalfRange = 128;

    /// <summary>All of them.</summary>
    public IEnumerable<GradientMaskingCheck> Run() =>
    [
        EpsilonZeroIsClean(),
        AccuracyFallsWithEpsilon(),
        AccuracyReachesZero(),
        Compare("IterativeBeatsSingleStep", attacks.Iterative, attacks.SingleStep),
        Compare("WhiteBoxBeatsBlackBox", [.. attacks.Iterative, attacks.SingleStep], attacks.BlackBox),
        Compare("GradientBeatsNoise", attacks.Iterative, attacks.Noise),
        SoftmaxIsNotSaturated(),
    ];

    private Epsilon Half => new(model.Options.Norm == PerturbationNorm.Linf
        ? HalfRange
        : HalfRange * Math.Sqrt(model.Classifier.ImageShape.Count));

    private GradientMaskingCheck EpsilonZeroIsClean()
    {
        var clean = model.Clean.Count(right => right);
        CheckAttack?[] all = [attacks.Noise, attacks.SingleStep, .. attacks.Iterative, attacks.BlackBox];
        var found = all.Where(attack => attack is not null)
            .Select(attack => (attack!.Label, Left: model.Right(attack, new Epsilon(0)).Count(right => right))).ToArray();
        return GradientMaskingCheck.Of(
            nameof(EpsilonZeroIsClean), Array.TrueForAll(found, one => one.Left == clean),
            $"Clean {model.Share(clean)}; epsilon 0: {string.Join(", ", found.Select(one => $"{one.Label} {model.Share(one.Left)}"))}.");
    }

    // From the clean images to half of the range, so that one budget makes a curve, too.
    private GradientMaskingCheck AccuracyFallsWithEpsilon()
    {
        int[] inner = [.. model.Epsilons.Where(epsilon => epsilon.Pixels < Half.Pixels).Select(Left)];
        int[] curve = [model.Clean.Count(right => right), .. inner, Left(Half)];
        return GradientMaskingCheck.Of(
            nameof(AccuracyFallsWithEpsilon), curve.Zip(curve.Skip(1)).All(pair => pair.Second <= pair.First + model.Slack),
            $"{attacks.Projected.Label}: {string.Join(", ", curve.Select(model.Share))} from clean to {Half}.");
    }

    private GradientMaskingCheck AccuracyReachesZero()
    {
        var left = Left(Half);
        return GradientMaskingCheck.Of(
            nameof(AccuracyReachesZero), left <= MostSurvivors * model.Count,
            $"{attacks.Projected.Label} at epsilon {Half}, where every image can become grey: {model.Share(left)}.");
    }

    private GradientMaskingCheck Compare(string name, IReadOnlyList<CheckAttack> stronger, CheckAttack? weaker)
    {
        if (weaker is null) return GradientMaskingCheck.NotApplicable(name, $"There is no such attack in {model.Options.Norm}.");
        var (first, second) = (model.Left(stronger), model.Left([weaker]));
        return GradientMaskingCheck.Of(
            name, first.Zip(second).All(pair => pair.First <= pair.Second + model.Slack),
            $"{string.Join(", ", stronger.Select(attack => attack.Label))} together: {model.List(first)}; "
            + $"{weaker.Label}: {model.List(second)}.");
    }

    // A flat softmax hides the cross entropy's gradient, and not that of the log odds or of a ratio of logits.
    private GradientMaskingCheck SoftmaxIsNotSaturated()
    {
        if (attacks.CrossEntropy is null)
        {
            return GradientMaskingCheck.NotApplicable(
                nameof(SoftmaxIsNotSaturated), $"There is no attack on the cross entropy in {model.Options.Norm}.");
        }

        var saturated = model.EachBatch(batch => InputGradient.Judged(model.Classifier, batch, batch.Images)
            .softmax(1).amax([1L]).eq(Held(1)).cpu().data<bool>().ToArray()).Count(one => one);
        var hidden = model.Left([attacks.CrossEntropy]);
        CheckAttack[] others = [.. attacks.Iterative.Where(attack => attack != attacks.CrossEntropy)];
        var open = model.Left(others);
        return GradientMaskingCheck.Of(
            nameof(SoftmaxIsNotSaturated), saturated == 0 || hidden.Zip(open).All(pair => pair.First <= pair.Second + model.Slack),
            $"{saturated} of {model.Count} images have a softmax of 1; {attacks.CrossEntropy.Label}: {model.List(hidden)}; "
            + $"{string.Join(", ", others.Select(attack => attack.Label))} together: {model.List(open)}.");
    }

    private int Left(Epsilon epsilon) => model.Right(attacks.Projected, epsilon).Count(right => right);
}
