namespace Thesis.Cmdlets;

/// <summary>The images that an attack made with one budget: what New-AdversarialExample emits.</summary>
public sealed record AdversarialExampleSet
{
    /// <summary>The model's file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The attack.</summary>
    public required string Attack { get; init; }

    /// <summary>The budget in pixel units; none for CW.</summary>
    public double? Epsilon { get; init; }

    /// <summary>The budget as a share of the range; none for CW.</summary>
    public double? EpsilonFraction { get; init; }

    /// <summary>The images.</summary>
    public required int Count { get; init; }

    /// <summary>How many of them get a wrong class, or the target.</summary>
    public required int Reached { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>The images, npy, float32 in [0, 1], N x C x H x W.</summary>
    public required string Path { get; init; }

    /// <summary>A line for each image: classes, predictions, norms of the change, iterations.</summary>
    public required string ManifestPath { get; init; }

    /// <summary>Which model they were made on, its hash, and the attack's settings, JSON.</summary>
    public required string OriginPath { get; init; }

    /// <summary>A picture of the first images, before and after, and the changes.</summary>
    public required string GridPath { get; init; }
}
