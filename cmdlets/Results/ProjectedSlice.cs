namespace Thesis.Cmdlets;

/// <summary>A sinogram on disk: what ConvertTo-Sinogram emits, and ConvertFrom-Sinogram takes.</summary>
public sealed record ProjectedSlice
{
    /// <summary>The slice's name.</summary>
    public required string Name { get; init; }

    /// <summary>The file of the slice.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The sinogram, npy, float32, views x bins.</summary>
    public required string SinogramPath { get; init; }

    /// <summary>Its geometry, JSON.</summary>
    public required string GeometryPath { get; init; }

    /// <summary>Views.</summary>
    public required int Views { get; init; }

    /// <summary>Bins.</summary>
    public required int Bins { get; init; }

    /// <summary>Arc, Flat or Parallel.</summary>
    public required string Detector { get; init; }
}
