using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What a model must be for attacks on it to mean anything; nothing is attacked here.</summary>
internal static class ModelChecks
{
    // How near to 1 the sum of a softmax is.
    private const double SumTolerance = 1e-4;

    /// <summary>AutoAttack's flag of randomised defences: two passes give the same logits.</summary>
    public static GradientMaskingCheck LogitsAreDeterministic(CheckedModel model)
    {
        var largest = model.EachBatch(batch => new[] { LogitProbe.BetweenPasses(model.Classifier, batch.Images) }).Max();
        var names = Names(model.Classifier, ForwardFindingKind.Randomness, ForwardFindingKind.TrainingMode);
        return GradientMaskingCheck.Of(
            nameof(LogitsAreDeterministic), largest == 0,
            largest == 0
                ? "Two passes over the same images gave the same logits" + (names is null ? "." : $", though the model holds {names}.")
                : FormattableString.Invariant($"Two passes over the same images differ by up to {largest:G3} of the largest logit")
                    + (names is null ? "" : $"; the model holds {names}") + ": average gradients over draws (EOT).");
    }

    /// <summary>An image's logits do not depend on the images that are classified beside it.</summary>
    public static GradientMaskingCheck LogitsIgnoreTheBatch(CheckedModel model)
    {
        var random = model.EachBatch(batch => new[] { LogitProbe.BetweenPasses(model.Classifier, batch.Images) }).Max();
        if (LogitProbe.Matters(random))
        {
            return GradientMaskingCheck.NotApplicable(
                nameof(LogitsIgnoreTheBatch), "The logits change from pass to pass, so that the batch's part is not to be seen.");
        }

        var largest = model.EachBatch(batch => new[] { LogitProbe.BetweenBatches(model.Classifier, batch.Images) }).Max();
        var names = Names(model.Classifier, ForwardFindingKind.TrainingMode);
        return GradientMaskingCheck.Of(
            nameof(LogitsIgnoreTheBatch), !LogitProbe.Matters(largest),
            FormattableString.Invariant($"Alone and among others an image's logits differ by up to {largest:G3} of the largest logit")
                + (names is null ? "." : $"; the model holds {names}."));
    }

    /// <summary>
    /// AutoAttack's flag of optimisation at inference, and the mode of the model: its program takes no gradients and has
    /// no layer that is in training whatever the mode.
    /// </summary>
    public static GradientMaskingCheck ForwardPassIsPlain(CheckedModel model)
    {
        var names = Names(model.Classifier, ForwardFindingKind.Optimisation, ForwardFindingKind.TrainingMode);
        return GradientMaskingCheck.Of(
            nameof(ForwardPassIsPlain), names is null,
            names is null
                ? "No optimisation and no layer in training mode is known in the forward pass."
                : $"The forward pass holds {names}: gradients of one pass may mislead.");
    }

    /// <summary>AutoAttack's flag of softmax outputs: the model gives logits, and not what a softmax made of them.</summary>
    public static GradientMaskingCheck OutputsAreLogits(CheckedModel model)
    {
        var probabilities = model.EachBatch(batch =>
        {
            var outputs = InputGradient.Judged(model.Classifier, batch, batch.Images).to(ScalarType.Float64);
            var inRange = outputs.ge(Held(0)).logical_and(outputs.le(Held(1))).all(1);
            var sums = outputs.sum([1L]).sub(Held(1)).abs().le(Held(SumTolerance));
            return inRange.logical_and(sums).cpu().data<bool>().ToArray();
        }).Count(one => one);
        return GradientMaskingCheck.Of(
            nameof(OutputsAreLogits), probabilities < model.Count,
            probabilities < model.Count
                ? "The outputs are no probabilities."
                : "All outputs are in [0, 1] and sum to 1, as after a softmax, which flattens gradients: give the logits.");
    }

    // Such as "randn_like (randomness)".
    private static string? Names(ImageClassifier classifier, params ForwardFindingKind[] kinds)
    {
        var found = classifier.ForwardFindings.Where(finding => kinds.Contains(finding.Kind)).ToArray();
        return found.Length == 0 ? null : string.Join(", ", found.Select(finding => $"{finding.Operation} ({Word(finding.Kind)})"));
    }

    private static string Word(ForwardFindingKind kind) => kind switch
    {
        ForwardFindingKind.Randomness => "randomness",
        ForwardFindingKind.TrainingMode => "training mode",
        _ => "optimisation",
    };
}
