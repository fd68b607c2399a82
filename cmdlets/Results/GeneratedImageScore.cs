namespace Thesis.Cmdlets;

/// <summary>How near generated images are to real ones, by the features and the probabilities of a classifier.</summary>
public sealed record GeneratedImageScore
{
    /// <summary>The generator's file, or that of the images.</summary>
    public required string Path { get; init; }

    /// <summary>Samples, of a generator, or Images, of a file.</summary>
    public required string Kind { get; init; }

    /// <summary>The dataset of the real images.</summary>
    public required string Dataset { get; init; }

    /// <summary>The mean Inception score of the splits; 1 to the number of classes.</summary>
    public double InceptionScore { get; init; }

    /// <summary>Its standard deviation over the splits.</summary>
    public double InceptionDeviation { get; init; }

    /// <summary>The mean Inception score of the real images.</summary>
    public double RealInceptionScore { get; init; }

    /// <summary>The Frechet distance of the features (FID), in the square of their unit.</summary>
    public double FrechetDistance { get; init; }

    /// <summary>The generated images.</summary>
    public int Count { get; init; }

    /// <summary>The real images.</summary>
    public int RealCount { get; init; }

    /// <summary>The extractor's file: scores of two extractors do not compare.</summary>
    public required string ExtractorPath { get; init; }

    /// <summary>The SHA-256 of that file.</summary>
    public required string ExtractorSha256 { get; init; }

    /// <summary>Where the features come from: the layer before the last, an output's name, or the logits.</summary>
    public required string Features { get; init; }

    /// <summary>The numbers of a feature.</summary>
    public int FeatureLength { get; init; }

    /// <summary>Seconds of all of it.</summary>
    public double Seconds { get; init; }
}
