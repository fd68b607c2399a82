namespace Thesis.Cmdlets;

/// <summary>Whether a method differs from another on the same images: what Compare-ImageQuality emits.</summary>
public sealed record PairedComparison
{
    /// <summary>The figure that is compared.</summary>
    public required string Metric { get; init; }

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The method that it is compared with.</summary>
    public required string Baseline { get; init; }

    /// <summary>The group of the metal's size; all for all images.</summary>
    public required string Group { get; init; }

    /// <summary>Images that both have a figure for.</summary>
    public required int Count { get; init; }

    /// <summary>The method's mean.</summary>
    public required double Mean { get; init; }

    /// <summary>The baseline's mean.</summary>
    public required double BaselineMean { get; init; }

    /// <summary>The mean of the differences, method less baseline.</summary>
    public required double Difference { get; init; }

    /// <summary>The lower end of its 95 % interval, by the bootstrap.</summary>
    public required double Low { get; init; }

    /// <summary>The upper end.</summary>
    public required double High { get; init; }

    /// <summary>Images where the method's figure is higher.</summary>
    public required int Higher { get; init; }

    /// <summary>Images where it is lower.</summary>
    public required int Lower { get; init; }

    /// <summary>Wilcoxon's signed rank statistic.</summary>
    public required double Statistic { get; init; }

    /// <summary>Its two-sided probability.</summary>
    public required double PValue { get; init; }
}
