namespace Thesis.Cmdlets;

/// <summary>The accuracy that randomised smoothing certifies within one radius.</summary>
public sealed record CertifiedRobustness
{
    /// <summary>The model's file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The deviation of the noise in pixel units.</summary>
    public double Sigma { get; init; }

    /// <summary>The Euclidean radius in pixel units; 0 is the accuracy of the smoothed model, abstentions counted as wrong.</summary>
    public double Radius { get; init; }

    /// <summary>The radius for images in [0, 1].</summary>
    public double RadiusFraction { get; init; }

    /// <summary>The share of the images that are classified right and certified within the radius.</summary>
    public double Accuracy { get; init; }

    /// <summary>The lower end of Wilson's 95% interval.</summary>
    public double Lower { get; init; }

    /// <summary>The upper end.</summary>
    public double Upper { get; init; }

    /// <summary>The share of the images of which the smoothed model abstains.</summary>
    public double Abstained { get; init; }

    /// <summary>The mean certified radius in pixel units, 0 for wrong and abstained images.</summary>
    public double MeanRadius { get; init; }

    /// <summary>The largest radius in pixel units that the draws can certify: that of an image all of whose copies agree.</summary>
    public double LargestRadius { get; init; }

    /// <summary>The noisy copies that bound a class's share.</summary>
    public int Draws { get; init; }

    /// <summary>The noisy copies that choose the class.</summary>
    public int SelectionDraws { get; init; }

    /// <summary>The probability at most that an image's certificate is wrong.</summary>
    public double Alpha { get; init; }

    /// <summary>The images.</summary>
    public int Count { get; init; }

    /// <summary>Seconds of all of it.</summary>
    public double Seconds { get; init; }
}
