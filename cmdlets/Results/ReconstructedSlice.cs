namespace Thesis.Cmdlets;

/// <summary>A reconstructed slice on disk: what ConvertFrom-Sinogram emits.</summary>
public sealed record ReconstructedSlice
{
    /// <summary>The slice's name.</summary>
    public required string Name { get; init; }

    /// <summary>The sinogram.</summary>
    public required string SinogramPath { get; init; }

    /// <summary>The image.</summary>
    public required string ImagePath { get; init; }

    /// <summary>The filter.</summary>
    public required string Filter { get; init; }

    /// <summary>Views that end within the body: continued by Extrapolate, else the image's HU are too high.</summary>
    public required int TruncatedViews { get; init; }

    /// <summary>Rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns.</summary>
    public required int Columns { get; init; }
}
