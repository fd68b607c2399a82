namespace Thesis.Engine.Tomography;

/// <summary>How a fan is reconstructed.</summary>
public enum FanReconstruction
{
    /// <summary>Rebinned to parallel rays first (dissertation, eq. 4.8).</summary>
    Rebinned,

    /// <summary>Weighted, filtered and backprojected as a fan, without rebinning.</summary>
    Direct,
}
