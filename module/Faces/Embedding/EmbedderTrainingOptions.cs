using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// How a network for faces is trained. The defaults are those of section 2.5.1 for the DCNN, with the loss of 2.5.2.1.
/// </summary>
public sealed record EmbedderTrainingOptions
{
    /// <summary>The network.</summary>
    public EmbeddingArchitecture Architecture { get; init; } = EmbeddingArchitecture.Find("dcnn");

    /// <summary>The share of the published channels, in (0, 1]; 1 is the published network.</summary>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public double Width
    {
        get;
        init => field = OptionRange.Above(value, 0, 1);
    }

    = 1;

    /// <summary>
    /// Whether each convolution is followed by batch normalisation, which the published DCNN and All-in-One have not.
    /// </summary>
    public bool Normalised { get; init; }

    /// <summary>Rows and columns to which the faces are scaled; null for their own.</summary>
    public int? ImageSide { get; init; }

    /// <summary>What of the published network is made.</summary>
    public EmbeddingSize Size => new(Width, Normalised);

    /// <summary>alpha of the L2-constrained softmax loss; null for the common softmax loss.</summary>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public double? Alpha
    {
        get;
        init => field = value is { } alpha ? OptionRange.Above(alpha, 0, 1e6) : null;
    }

    = 50;

    /// <summary>Identities of fewer images are left out.</summary>
    public int LeastImages
    {
        get;
        init => field = OptionRange.Within(value, 1, int.MaxValue);
    }

    = 2;

    /// <summary>The share of each identity's images to hold back for validation, 0 .. .9.</summary>
    public double ValidationShare
    {
        get;
        init => field = OptionRange.Within(value, 0, 0.9);
    }

    = 0.1;

    /// <summary>Epochs, batch size, seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>The optimiser; its weight decay is for the last layer alone.</summary>
    public OptimiserOptions Optimiser { get; init; } =
        new() { Kind = OptimiserKind.Sgd, LearningRate = 0.01, WeightDecay = 5e-4 };

    /// <summary>The learning rate over the run.</summary>
    public LearningRateSchedule Schedule { get; init; } = Halving;

    /// <summary>The random changes of training images.</summary>
    public ImageAugmentation Augmentation { get; init; } = ImageAugmentation.None;

    /// <summary>A model from whose values the network begins; null for drawn ones.</summary>
    public string? InitialModel { get; init; }

    /// <summary>Whether a run goes on from its checkpoint, where there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether existing files are replaced.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The dissertation's: halved after every 100 of 780 thousand steps, seven times over the run.</summary>
    public static LearningRateSchedule Halving { get; } = new()
    {
        Kind = ScheduleKind.Steps, Factor = 0.5,
        Milestones = [.. Enumerable.Range(1, 7).Select(times => times * 100 / 780.0)],
    };
}

/// <summary>A trained network for faces.</summary>
/// <param name="Path">The model's file.</param>
/// <param name="Description">What it is.</param>
/// <param name="Dimension">The values of a feature.</param>
/// <param name="Identities">Identities that it was trained on.</param>
/// <param name="TrainingCount">Images that it was trained on.</param>
/// <param name="ValidationCount">Images that were held back.</param>
/// <param name="ParameterCount">Parameters that were trained, those of the last layer included.</param>
/// <param name="Curve">Loss, and loss and accuracy on what was held back, by epoch.</param>
/// <param name="CurveFiles">The files of the curve.</param>
public sealed record EmbedderTrainingResult(
    string Path, EmbedderDescription Description, int Dimension, int Identities, int TrainingCount, int ValidationCount,
    long ParameterCount, TrainingCurve Curve, TrainingCurveFiles CurveFiles)
{
    /// <summary>The share of the images held back whose identity the last layer names; null where none were.</summary>
    public double? ValidationAccuracy => ValidationCount > 0 ? Curve.Points[^1].Values[^1] : null;
}
