using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>How a classifier is trained. The defaults are the dissertation's for Model A.</summary>
public sealed record ClassifierTrainingOptions
{
    /// <summary>The network.</summary>
    public ClassifierArchitecture Architecture { get; init; } = ClassifierArchitecture.Find("model-a");

    /// <summary>Epochs, batch size, seed.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>The optimiser.</summary>
    public OptimiserOptions Optimiser { get; init; } = new();

    /// <summary>The learning rate over the run.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>The random changes of training images.</summary>
    public ImageAugmentation Augmentation { get; init; } = ImageAugmentation.None;

    /// <summary>How training images are attacked; null for training on the images as they are.</summary>
    public AdversarialTraining? Adversarial { get; init; }

    /// <summary>How images of a generator near the training images are looked for; null for none. It excludes <see cref="Adversarial"/>.</summary>
    public ManifoldTraining? Manifold { get; init; }

    /// <summary>
    /// The deviation of normal noise that is added to each training image anew, in pixel units, and not clipped: a network for
    /// randomised smoothing (Cohen et al. 2019). 0 for none.
    /// </summary>
    public double NoiseSigma
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e4);
    }

    /// <summary>Rounds the parameters to 16 bits before the test and writes them so: half the bytes.</summary>
    public bool HalfPrecision { get; init; }

    /// <summary>The folder of a picture an epoch, of validation images and what they are taken for; null for none.</summary>
    public string? PictureFolder { get; init; }

    /// <summary>Whether a run goes on from its checkpoint, where there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether existing files are replaced.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>A trained classifier.</summary>
/// <param name="Path">The model's file.</param>
/// <param name="Correct">Test images that it classifies right.</param>
/// <param name="TestCount">Test images.</param>
/// <param name="ParameterCount">Parameters that were trained.</param>
/// <param name="Curve">Losses and accuracies by epoch.</param>
/// <param name="CurveFiles">The files of the curve.</param>
public sealed record ClassifierTrainingResult(
    string Path, int Correct, int TestCount, long ParameterCount, TrainingCurve Curve, TrainingCurveFiles CurveFiles);
