using System.Globalization;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// How an inverter is trained, (5.9) to (5.11). The defaults are those of InvGAN's public code but for the length of the run
/// and the batch.
/// </summary>
public sealed record InverterTrainingOptions
{
    /// <summary>The losses as printed, or as the public code has them.</summary>
    public EquationForm Form { get; init; } = EquationForm.Standard;

    /// <summary>lambda 1, the weight of (5.11); 0 trains no discriminator.</summary>
    public double AdversarialWeight
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e9);
    } = 1;

    /// <summary>lambda 2, the weight of (5.9).</summary>
    public double SemanticWeight
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e9);
    } = 100;

    /// <summary>lambda 3, the weight of (5.10).</summary>
    public double LatentWeight
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e9);
    } = 1;

    /// <summary>eta, below which (5.9) is flat.</summary>
    public double Eta
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e9);
    } = 0.02;

    /// <summary>The distance of a latent code within which it counts as recovered (Theorem 5.1), over the root of its length.</summary>
    public double RecoveryRadius
    {
        get;
        init => field = OptionRange.Above(value, 0);
    } = 0.5;

    /// <summary>The width of the inverter; null for the generator's.</summary>
    public int? Width
    {
        get;
        init => field = value is { } width ? OptionRange.Within(width, 1, 1024) : null;
    }

    /// <summary>The optimiser of the inverter.</summary>
    public OptimiserOptions Inverter { get; init; } = new() { LearningRate = 2e-4, Beta1 = 0.5, Beta2 = 0.999 };

    /// <summary>The optimiser of the discriminator.</summary>
    public OptimiserOptions Discriminator { get; init; } = new() { LearningRate = 4e-4, Beta1 = 0.5, Beta2 = 0.999 };

    /// <summary>Length, batches, seed.</summary>
    public GenerativeRunOptions Run { get; init; } = new();

    /// <summary>The settings in one line, for the record of a run.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Form} adversarial {AdversarialWeight} semantic {SemanticWeight} latent {LatentWeight} eta {Eta} radius {RecoveryRadius}") + (Run.MixedPrecision ? " mixed" : "");
}
