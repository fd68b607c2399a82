using System.Globalization;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>What the two networks of a GAN play for.</summary>
public enum GenerativeObjective
{
    /// <summary>The hinge loss, with a spectrally normalised discriminator (Miyato et al. 2018).</summary>
    Hinge,

    /// <summary>The Wasserstein distance with a gradient penalty (Gulrajani et al. 2017).</summary>
    WganGp,

    /// <summary>Adversarially learned inference (Dumoulin et al. 2017): an inverter is trained, too.</summary>
    Ali,

    /// <summary>The adversarial generator-encoder network (Ulyanov et al. 2018): an inverter is trained, too, and is the only opponent.</summary>
    Age,
}

/// <summary>How many steps a generative network trains and how it is saved; a point of the curve every <see cref="Interval"/>.</summary>
public sealed record GenerativeRunOptions
{
    /// <summary>Steps, 1 or more.</summary>
    public int Iterations
    {
        get;
        init => field = OptionRange.Within(value, 1, 100_000_000);
    } = 10_000;

    /// <summary>Steps from one point of the curve, and one picture of samples, to the next.</summary>
    public int Interval
    {
        get;
        init => field = OptionRange.Within(value, 1, 1_000_000);
    } = 250;

    /// <summary>Images, or latent codes, of a step.</summary>
    public int BatchSize
    {
        get;
        init => field = OptionRange.Within(value, 2, 65_536);
    } = 64;

    /// <summary>The seed of every draw.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The learning rates over the run.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Computes the convolutions of the training in bfloat16: about twice as fast where the processor has it.</summary>
    public bool MixedPrecision { get; init; }

    /// <summary>Rounds the parameters to 16 bits before the last measurement and writes them so: half the bytes.</summary>
    public bool HalfPrecision { get; init; }

    /// <summary>Whether a run goes on from its checkpoint, where there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether existing files are replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The run as the training loop has it: an interval is an epoch.</summary>
    internal TrainingOptions Training => new() { Steps = Iterations, BatchSize = BatchSize, Seed = Seed };

    /// <summary>The examples of an epoch of the training loop.</summary>
    internal int ExampleCount => checked(Interval * BatchSize);
}

/// <summary>How a generative model is trained. The defaults are those of InvGAN's public code but for the length of the run.</summary>
public sealed record GenerativeTrainingOptions
{
    /// <summary>The networks.</summary>
    public GenerativeArchitecture Architecture { get; init; } = GenerativeArchitecture.Find("dcgan28");

    /// <summary>The width d of the networks.</summary>
    public int Width
    {
        get;
        init => field = OptionRange.Within(value, 1, 1024);
    } = 64;

    /// <summary>The length of a latent code.</summary>
    public int LatentLength
    {
        get;
        init => field = OptionRange.Within(value, 1, 4096);
    } = 128;

    /// <summary>What the networks play for.</summary>
    public GenerativeObjective Objective { get; init; }

    /// <summary>Steps of the discriminator for one of the generator.</summary>
    public int CriticSteps
    {
        get;
        init => field = OptionRange.Within(value, 1, 100);
    } = 1;

    /// <summary>The weight of the gradient penalty.</summary>
    public double GradientPenalty
    {
        get;
        init => field = OptionRange.Above(value, 0);
    } = 10;

    /// <summary>mu of AGE, the weight of mean |x - G(E(x))| in the encoder's loss.</summary>
    public double ReconstructionWeight
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e9);
    } = 10;

    /// <summary>lambda of AGE, the weight of the mean square of z - E(G(z)) in the generator's loss.</summary>
    public double LatentWeight
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e9);
    } = 2;

    /// <summary>The decay of the exponential average of the generator's parameters, which is written then; 0 for none.</summary>
    public double AverageDecay
    {
        get;
        init => field = OptionRange.Within(value, 0, 0.999999);
    }

    /// <summary>Whether an inverter is trained with the generator.</summary>
    public bool TrainsInverter => Objective is GenerativeObjective.Ali or GenerativeObjective.Age;

    /// <summary>The optimiser of the generator, and of an inverter that is trained with it.</summary>
    public OptimiserOptions Generator { get; init; } = new() { LearningRate = 1e-4, Beta1 = 0.5, Beta2 = 0.999 };

    /// <summary>The optimiser of the discriminator.</summary>
    public OptimiserOptions Discriminator { get; init; } = new() { LearningRate = 4e-4, Beta1 = 0.5, Beta2 = 0.999 };

    /// <summary>Length, batches, seed.</summary>
    public GenerativeRunOptions Run { get; init; } = new();

    /// <summary>The settings in one line, for the record of a run.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Architecture.Name} width {Width} latent {LatentLength} {Objective} critics {CriticSteps} average {AverageDecay}")
        + (Run.MixedPrecision ? " mixed" : "")
        + (Objective == GenerativeObjective.WganGp ? string.Create(CultureInfo.InvariantCulture, $" penalty {GradientPenalty}") : "")
        + (Objective == GenerativeObjective.Age
            ? string.Create(CultureInfo.InvariantCulture, $" reconstruction {ReconstructionWeight} latent {LatentWeight}") : "");
}
