namespace Thesis.Cmdlets;

/// <summary>A trained classifier: what Build-Classifier emits.</summary>
public sealed record ClassifierTraining
{
    /// <summary>The model's file, safetensors.</summary>
    public required string Path { get; init; }

    /// <summary>The architecture.</summary>
    public required string Architecture { get; init; }

    /// <summary>The dataset as -Dataset takes it: a name of the catalogue, or a folder's path.</summary>
    public required string Dataset { get; init; }

    /// <summary>The share of the test images that it classifies right.</summary>
    public required double TestAccuracy { get; init; }

    /// <summary>Test images.</summary>
    public required int TestCount { get; init; }

    /// <summary>Passes over the training images; the last one may be cut short by Steps.</summary>
    public required int Epochs { get; init; }

    /// <summary>Steps of the optimiser.</summary>
    public required long Steps { get; init; }

    /// <summary>Parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Seconds of this command; a resumed run counts from its resumption.</summary>
    public required double Seconds { get; init; }

    /// <summary>Loss and accuracy by epoch, CSV.</summary>
    public required string CurvePath { get; init; }

    /// <summary>The same as a plot, PNG.</summary>
    public required string PlotPath { get; init; }

    /// <summary>The folder of a picture an epoch; null where none were asked for.</summary>
    public required string? PicturePath { get; init; }
}
