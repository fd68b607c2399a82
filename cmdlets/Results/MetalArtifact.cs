namespace Thesis.Cmdlets;

/// <summary>A simulated case on disk: what New-MetalArtifact emits, and Invoke-MetalArtifactReduction takes.</summary>
public sealed record MetalArtifact
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The file of the clean slice.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The image with artifacts, npy, HU.</summary>
    public required string ImagePath { get; init; }

    /// <summary>The image without, npy, HU.</summary>
    public required string TruthPath { get; init; }

    /// <summary>The metal, PNG.</summary>
    public required string MaskPath { get; init; }

    /// <summary>The sinogram with metal, npy.</summary>
    public required string SinogramPath { get; init; }

    /// <summary>The geometry, JSON.</summary>
    public required string GeometryPath { get; init; }

    /// <summary>The metal trace, npy, 0 and 1.</summary>
    public required string TracePath { get; init; }

    /// <summary>The sinogram without metal, npy.</summary>
    public required string TruthSinogramPath { get; init; }

    /// <summary>Pixels of the metal.</summary>
    public required int MetalPixels { get; init; }

    /// <summary>The group of the metal's size: largest, large, medium, small or smallest.</summary>
    public required string Group { get; init; }

    /// <summary>The kind of metal that was drawn, or the mask's file.</summary>
    public required string Metal { get; init; }

    /// <summary>The material.</summary>
    public required string Material { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }
}
