using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>How generated images are measured.</summary>
public sealed record GeneratedImageOptions
{
    /// <summary>
    /// The classifier whose features before the last layer and whose probabilities are taken; an ONNX file has no such layer, and
    /// gives <see cref="FeatureOutput"/>, or else its logits, for features.
    /// </summary>
    public required string ExtractorPath { get; init; }

    /// <summary>The output of an ONNX file that holds features; null for none.</summary>
    public string? FeatureOutput { get; init; }

    /// <summary>How the extractor is loaded.</summary>
    public ClassifierLoadOptions Loading { get; init; } = new();

    /// <summary>Samples of a generator; of saved images the first ones, all where null.</summary>
    public int? Count
    {
        get;
        init => field = value is { } count ? OptionRange.Within(count, 2, 10_000_000) : null;
    }

    /// <summary>The splits of the Inception score.</summary>
    public int Splits
    {
        get;
        init => field = OptionRange.Within(value, 1, 10_000);
    } = InceptionScore.DefaultSplits;

    /// <summary>Images that are computed together. It changes no draw.</summary>
    public int BatchSize
    {
        get;
        init => field = OptionRange.Within(value, 1, 65_536);
    } = 100;

    /// <summary>The seed of a generator's samples.</summary>
    public long Seed { get; init; } = 1;
}

/// <summary>How good generated images are.</summary>
/// <param name="IsGenerator">Whether they are samples of a generator; else they were read from a file.</param>
/// <param name="Count">The images.</param>
/// <param name="ReferenceCount">The real images beside them.</param>
/// <param name="FeatureLength">D, the length of a feature.</param>
/// <param name="Features">Where the features come from: the layer before the last, an output's name, or the logits.</param>
/// <param name="InceptionMean">The mean Inception score of the splits.</param>
/// <param name="InceptionDeviation">Its deviation over the splits.</param>
/// <param name="RealInceptionMean">The mean Inception score of the real images: what can be had.</param>
/// <param name="Distance">The Frechet distance to the real images.</param>
/// <param name="ExtractorSha256">The SHA-256 of the extractor's file.</param>
public sealed record GeneratedImageQuality(
    bool IsGenerator, int Count, int ReferenceCount, int FeatureLength, string Features, double InceptionMean, double InceptionDeviation,
    double RealInceptionMean, double Distance, string ExtractorSha256);
