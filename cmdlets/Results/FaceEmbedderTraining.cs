namespace Thesis.Cmdlets;

/// <summary>A trained network for faces: what Build-FaceEmbedder emits.</summary>
public sealed record FaceEmbedderTraining
{
    /// <summary>The model's file, safetensors.</summary>
    public required string Path { get; init; }

    /// <summary>The network.</summary>
    public required string Architecture { get; init; }

    /// <summary>The share of the published channels.</summary>
    public required double Width { get; init; }

    /// <summary>Whether its convolutions are normalised over the batch beyond what was published.</summary>
    public required bool BatchNormalisation { get; init; }

    /// <summary>Rows of an image.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns of an image.</summary>
    public required int Columns { get; init; }

    /// <summary>The values of a feature.</summary>
    public required int Dimension { get; init; }

    /// <summary>The loss: L2Softmax or Softmax.</summary>
    public required string Loss { get; init; }

    /// <summary>The length of the features; null for the common softmax loss.</summary>
    public required double? Alpha { get; init; }

    /// <summary>Identities that it was trained on.</summary>
    public required int Identities { get; init; }

    /// <summary>Images that it was trained on.</summary>
    public required int Images { get; init; }

    /// <summary>Images of the same identities that were held back.</summary>
    public required int ValidationCount { get; init; }

    /// <summary>The share of those whose identity is found; null where none were held back.</summary>
    public required double? ValidationAccuracy { get; init; }

    /// <summary>Passes over the training images; the last one may be cut short by Steps.</summary>
    public required int Epochs { get; init; }

    /// <summary>Steps of the optimiser.</summary>
    public required long Steps { get; init; }

    /// <summary>Parameters that were trained, with the last layer, which the file does not hold.</summary>
    public required long Parameters { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Seconds of this command; a resumed run counts from its resumption.</summary>
    public required double Seconds { get; init; }

    /// <summary>Loss and accuracy by epoch, CSV.</summary>
    public required string CurvePath { get; init; }

    /// <summary>The same as a plot, PNG.</summary>
    public required string PlotPath { get; init; }
}
