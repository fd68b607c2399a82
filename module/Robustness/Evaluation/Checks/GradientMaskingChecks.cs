using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Whether a model only looks robust because its gradients mislead, or an evaluation because the model is not what attacks
/// take it for (after Athalye et al. 2018, Carlini et al. 2019, and the flags of AutoAttack, Croce and Hein 2020): a sound
/// evaluation passes all. A failed check says that the attacks, and not the model, set the accuracy.
/// </summary>
public static class GradientMaskingChecks
{
    private static readonly string[] GradientNames =
    [
        nameof(GradientChecks.GradientsAreFinite), nameof(GradientChecks.GradientsAreNotZero),
        nameof(GradientChecks.GradientsAreNotTiny), nameof(GradientChecks.GradientsPointUphill), "EpsilonZeroIsClean",
        "AccuracyFallsWithEpsilon", "AccuracyReachesZero", "IterativeBeatsSingleStep", "WhiteBoxBeatsBlackBox",
        "GradientBeatsNoise", "SoftmaxIsNotSaturated",
    ];

    /// <summary>
    /// Runs all checks. Those that need gradients are not applicable to a model that gives none.
    /// </summary>
    /// <param name="classifier">The model.</param>
    /// <param name="images">The images; a hundred will do.</param>
    /// <param name="options">Norm, budgets, steps.</param>
    /// <param name="context">Cancellation and progress.</param>
    /// <exception cref="InputException">
    /// <c>EpsilonMissing</c>: all budgets are 0; <c>EpsilonOutOfRange</c>, <c>LogitsNotFinite</c>, and the faults of
    /// <see cref="AttackRunner"/>.
    /// </exception>
    public static IReadOnlyList<GradientMaskingCheck> Run(
        ImageClassifier classifier, LabelledImages images, GradientMaskingOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        ClassifierFit.Check(classifier, images);
        var model = new CheckedModel(classifier, images, options with { Epsilons = Budgets(classifier, options) }, context);
        RobustnessEvaluator.Clean(classifier, images, options.Run with { Target = null }, context);
        GradientMaskingCheck[] ofModel =
        [
            ModelChecks.LogitsAreDeterministic(model),
            ModelChecks.LogitsIgnoreTheBatch(model),
            ModelChecks.ForwardPassIsPlain(model),
            ModelChecks.OutputsAreLogits(model),
        ];
        if (!classifier.IsDifferentiable)
        {
            return [.. ofModel, .. GradientNames.Select(name => GradientMaskingCheck.NotApplicable(
                name, $"The model '{classifier.Name}' gives no gradients."))];
        }

        var attacks = new CheckAttacks(options, classifier.ClassCount);
        return
        [
            .. ofModel,
            GradientChecks.GradientsAreFinite(model, attacks.Noise),
            GradientChecks.GradientsAreNotZero(model),
            GradientChecks.GradientsAreNotTiny(model),
            GradientChecks.GradientsPointUphill(model),
            .. new AttackChecks(model, attacks).Run(),
        ];
    }

    /// <summary>Whether no check failed. A model without gradients cannot pass: nothing was attacked.</summary>
    /// <exception cref="InputException"><c>GradientsNotAvailable</c>.</exception>
    public static bool Passed(IReadOnlyList<GradientMaskingCheck> checks, string model)
    {
        ArgumentNullException.ThrowIfNull(checks);
        if (checks.All(check => !GradientNames.Contains(check.Name) || check.Outcome == CheckOutcome.NotApplicable))
        {
            throw new InputException(
                "GradientsNotAvailable", FaultKind.NotSupported,
                $"'{model}' gives no gradients, so there is nothing that could pass for the checks of gradients.", model);
        }

        return checks.All(check => check.Outcome != CheckOutcome.Failed);
    }

    private static Epsilon[] Budgets(ImageClassifier classifier, GradientMaskingOptions options)
    {
        var given = options.Epsilons.Count > 0 ? options.Epsilons : GradientMaskingOptions.DefaultEpsilons(options.Norm);
        Epsilon[] epsilons = [.. given.Where(epsilon => epsilon.Pixels > 0).Distinct()];
        if (epsilons.Length == 0)
        {
            throw new InputException(
                "EpsilonMissing", FaultKind.InvalidArgument, "The checks need an epsilon above 0, such as 8.");
        }

        foreach (var epsilon in epsilons) AttackBudgets.Require(epsilon, options.Norm, classifier.ImageShape);
        return epsilons;
    }
}
