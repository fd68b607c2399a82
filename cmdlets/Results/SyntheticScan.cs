namespace Thesis.Cmdlets;

/// <summary>A generated slice on disk: what New-SyntheticScan emits, and New-MetalArtifact takes.</summary>
public sealed record SyntheticScan
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The slice, npy, float32, HU.</summary>
    public required string ImagePath { get; init; }

    /// <summary>Rows and columns.</summary>
    public required int Size { get; init; }

    /// <summary>The seed of its set.</summary>
    public required long Seed { get; init; }

    /// <summary>Its place in the set, from 0.</summary>
    public required int Index { get; init; }
}
