using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// On-manifold adversarial training (chapter 6; Stutz et al. 2019): beside each training image the network learns from G(I(x) + d), an
/// image of the generator near it, where d is looked for anew in every step by projected gradient steps up the cross entropy, no number
/// of it larger than the budget. The loss is the mean of the two cross entropies, both of the image's class.
/// </summary>
public sealed record ManifoldTraining
{
    /// <summary>The generator's file.</summary>
    public required string GeneratorPath { get; init; }

    /// <summary>The file of its inverter.</summary>
    public required string InverterPath { get; init; }

    /// <summary>The largest change of a number of a code, in deviations of the prior.</summary>
    public double Budget
    {
        get;
        init => field = OptionRange.Above(value, 0, 100);
    } = 0.3;

    /// <summary>Steps of the attack, 1 or more.</summary>
    public int Steps
    {
        get;
        init => field = OptionRange.Within(value, 1, 10_000);
    } = 7;

    /// <summary>Length of a step in budgets, above 0.</summary>
    public double RelativeStep
    {
        get;
        init => field = OptionRange.Above(value, 0, 100);
    } = 0.25;

    /// <summary>The settings in one line, for the record of a run; the models are known by their checksums.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"OnManifold budget {Budget} steps {Steps} step {RelativeStep}");
}
