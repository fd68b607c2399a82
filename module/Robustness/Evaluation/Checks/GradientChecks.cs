using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Whether the gradients that attacks see are those of the model.</summary>
internal static class GradientChecks
{
    private const double MostZero = 0.01;
    private const double MostTiny = 0.1;
    private const double LeastUphill = 0.9;

    // The square root of the smallest normal float32: squares of less vanish.
    private const double Tiny = 1.1e-19;

    // The least part of what a gradient promises that a step of one pixel unit must bring.
    private const double LeastGain = 0.1;

    /// <summary>No gradient is NaN or infinite, at the images and beside them.</summary>
    public static GradientMaskingCheck GradientsAreFinite(CheckedModel model, CheckAttack? noise)
    {
        var spoilt = model.EachBatch(batch =>
        {
            InputGradient.Of(model.Classifier, batch, batch.Images, batch.Goal.CrossEntropy);
            if (noise is not null)
            {
                var moved = noise.Attack.Run(model.Classifier, batch, [model.Epsilons[0]], Runtime.WorkContext.Default)[0].Images;
                InputGradient.Of(model.Classifier, batch, moved, batch.Goal.CrossEntropy);
            }

            return batch.ReplacedGradients.ToArray();
        }).Count;
        return GradientMaskingCheck.Of(
            nameof(GradientsAreFinite), spoilt == 0,
            $"{spoilt} of {model.Count} images have a gradient that is NaN or infinite somewhere"
            + (spoilt == 0 ? "." : ": attacks put finite values in its place, and may climb elsewhere."));
    }

    /// <summary>AutoAttack's flag of zero gradients: the cross entropy has one at nearly every image.</summary>
    public static GradientMaskingCheck GradientsAreNotZero(CheckedModel model)
    {
        var zero = Sizes(model).Count(size => size == 0);
        return GradientMaskingCheck.Of(
            nameof(GradientsAreNotZero), zero <= MostZero * model.Count,
            $"{zero} of {model.Count} images have a gradient of the cross entropy that is zero everywhere.");
    }

    /// <summary>The cross entropy's gradients are not so small that their squares vanish in float32.</summary>
    public static GradientMaskingCheck GradientsAreNotTiny(CheckedModel model)
    {
        var sizes = Sizes(model);
        var tiny = sizes.Count(size => size < Tiny);
        return GradientMaskingCheck.Of(
            nameof(GradientsAreNotTiny), tiny <= MostTiny * model.Count,
            FormattableString.Invariant(
                $"{tiny} of {model.Count} images have a gradient of the cross entropy below {Tiny:G2} everywhere; the median of the ")
            + FormattableString.Invariant($"largest values is {sizes.Order().ElementAt(sizes.Count / 2):G3}")
            + (tiny <= MostTiny * model.Count ? "." : ": the logits are too large, and other tools' attacks in L2 stand still."));
    }

    /// <summary>
    /// A small step along the sign of the gradient raises the log odds by a tenth at least of what the gradient promises:
    /// it is the slope of the model, and not of what was put in its place.
    /// </summary>
    public static GradientMaskingCheck GradientsPointUphill(CheckedModel model)
    {
        var gains = model.EachBatch(batch =>
        {
            var start = InputGradient.Of(model.Classifier, batch, batch.Images, batch.Goal.LogOdds).Gradient;
            var shift = start.sign().mul_(Held(1 / Epsilon.PixelRange));
            var ahead = batch.Images.Plus(shift).clamp_(Held(0), Held(1));
            var behind = (batch.Images - shift).clamp_(Held(0), Held(1));
            var promised = (start * (ahead - behind)).to(ScalarType.Float64).sum([1L, 2, 3]);
            var brought = Odds(model, batch, ahead) - Odds(model, batch, behind);
            return (brought / promised).cpu().data<double>().ToArray();
        }).Where(double.IsFinite).ToArray();
        if (gains.Length == 0)
        {
            return GradientMaskingCheck.NotApplicable(nameof(GradientsPointUphill), "No image has a gradient that is not zero.");
        }

        var uphill = gains.Count(gain => gain >= LeastGain);
        return GradientMaskingCheck.Of(
            nameof(GradientsPointUphill), uphill >= LeastUphill * gains.Length,
            FormattableString.Invariant(
                $"A step of 1 along the gradient's sign brings a tenth at least of its promise in {uphill} of {gains.Length} images; ")
            + FormattableString.Invariant($"the median brings {gains.Order().ElementAt(gains.Length / 2):G3} of it."));
    }

    private static Tensor Odds(CheckedModel model, AttackBatch batch, Tensor images) =>
        batch.Goal.LogOdds(InputGradient.Judged(model.Classifier, batch, images).to(ScalarType.Float64));

    // The largest value of each image's gradient.
    private static List<double> Sizes(CheckedModel model) => model.EachBatch(batch =>
    {
        var gradient = InputGradient.Of(model.Classifier, batch, batch.Images, batch.Goal.CrossEntropy).Gradient;
        return ImageNorms.Largest(gradient).flatten().to(ScalarType.Float64).cpu().data<double>().ToArray();
    });
}
