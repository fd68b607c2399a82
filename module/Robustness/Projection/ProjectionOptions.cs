using System.Globalization;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// How an image is projected onto the range of a generator (Algorithm 5.1). The defaults are DefenseGAN's: 10 restarts of 200
/// steps, gradient descent of rate 10 and momentum .7, a tenth of the rate in the last fifth of the steps.
/// </summary>
public sealed record ProjectionOptions
{
    private const double AdamScale = 1000;

    /// <summary>R, the starts.</summary>
    public int Restarts
    {
        get;
        init => field = OptionRange.Within(value, 1, 10_000);
    } = 10;

    /// <summary>T, the steps of each start; 0 takes the best start as it is.</summary>
    public int Steps
    {
        get;
        init => field = OptionRange.Within(value, 0, 1_000_000);
    } = 200;

    /// <summary>Gradient descent with momentum, or Adam.</summary>
    public OptimiserKind Optimiser { get; init; } = OptimiserKind.Sgd;

    /// <summary>The rate; 10 for gradient descent and .01 for Adam in the public code.</summary>
    public double LearningRate
    {
        get;
        init => field = OptionRange.Above(value, 0, 1e9);
    } = 10;

    /// <summary>The momentum of gradient descent.</summary>
    public double Momentum
    {
        get;
        init => field = OptionRange.Within(value, 0, 0.999999);
    } = 0.7;

    /// <summary>The share of the steps after which the rate is a tenth; 1 for never.</summary>
    public double DecayAfter
    {
        get;
        init => field = OptionRange.Within(value, 0, 1);
    } = 0.8;

    /// <summary>
    /// sigma, the deviation of the starts from the inverter's code. The first start has none. Without an inverter starts are draws
    /// of N(0, I).
    /// </summary>
    public double Sigma
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e3);
    } = 0.5;

    /// <summary>The step after which only the best starts of an image go on; 0 for none.</summary>
    public int PruneAfter
    {
        get;
        init => field = OptionRange.Within(value, 0, 1_000_000);
    }

    /// <summary>How many starts go on.</summary>
    public int PruneTo
    {
        get;
        init => field = OptionRange.Within(value, 1, 10_000);
    } = 2;

    /// <summary>The mean square error of a pixel, in shares of the range, below which an image is done; 0 for none.</summary>
    public double StopBelow
    {
        get;
        init => field = OptionRange.Within(value, 0, 1);
    }

    /// <summary>
    /// The loss of an image is the mean square of its pixels' errors, as in the public code, or in the printed form (5.5) their sum:
    /// the rate means another thing then.
    /// </summary>
    public EquationForm Form { get; init; } = EquationForm.Standard;

    /// <summary>The rate of a step.</summary>
    internal double RateAt(int step) => step >= Math.Ceiling(DecayAfter * Steps) ? LearningRate / 10 : LearningRate;

    /// <summary>
    /// What all steps amount to near the minimum: 2 sum(r_t) / (1 - momentum), for the mean over pixels a P-th of it. Adam's rate is
    /// the length of a step, whatever the gradient's; it counts as that of gradient descent a thousand times as large, which is
    /// their ratio in the public code.
    /// </summary>
    /// <param name="pixels">P, the values of an image.</param>
    internal double Strength(int pixels)
    {
        var rates = Enumerable.Range(0, Steps).Sum(RateAt);
        if (Optimiser == OptimiserKind.Adam) return 2 * AdamScale * rates / pixels;
        return 2 * rates / (1 - Momentum) / (Form == EquationForm.Printed ? 1 : pixels);
    }

    /// <summary>The settings in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"R {Restarts} T {Steps} {Optimiser} rate {LearningRate} momentum {Momentum} decay {DecayAfter} sigma {Sigma} "
        + $"prune {PruneAfter}/{PruneTo} stop {StopBelow} {Form}");
}

/// <summary>Why the projection of an image ended.</summary>
public enum ProjectionExit
{
    /// <summary>All steps were done.</summary>
    StepsDone,

    /// <summary>The error fell below the bound.</summary>
    ErrorReached,

    /// <summary>No start had finite values to the end; the image is that of the best start.</summary>
    Diverged,
}
