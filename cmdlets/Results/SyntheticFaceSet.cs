namespace Thesis.Cmdlets;

/// <summary>A generated set of faces on disk: what New-SyntheticFace emits, and Invoke-FaceClustering takes.</summary>
public sealed record SyntheticFaceSet
{
    /// <summary>The protocol whose shape it has.</summary>
    public required string Protocol { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Faces.</summary>
    public required int Count { get; init; }

    /// <summary>Identities.</summary>
    public required int Identities { get; init; }

    /// <summary>Values a feature.</summary>
    public required int Dimension { get; init; }

    /// <summary>The features, npy, float32.</summary>
    public required string FeaturePath { get; init; }

    /// <summary>The identities, one a line.</summary>
    public required string IdentityPath { get; init; }
}
