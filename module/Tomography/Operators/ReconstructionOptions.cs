using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The ramp filters of filtered backprojection.</summary>
public enum RampFilterKind
{
    /// <summary>The band-limited ramp by its spatial kernel (Kak and Slaney, eq. 61 of chapter 3).</summary>
    RamLak,

    /// <summary>|omega| sampled on the unpadded DFT, which is eq. 4.9 read literally; wrong at low frequencies.</summary>
    Literal,

    /// <summary>The ramp times sinc(omega / 2 omega_max).</summary>
    SheppLogan,

    /// <summary>The ramp times cos(pi omega / 2 omega_max).</summary>
    Cosine,

    /// <summary>The ramp times 0.54 + 0.46 cos(pi omega / omega_max).</summary>
    Hamming,

    /// <summary>The ramp times 0.5 + 0.5 cos(pi omega / omega_max).</summary>
    Hann,
}

/// <summary>How a fan is reconstructed.</summary>
public enum FanReconstruction
{
    /// <summary>Rebinned to parallel rays first (dissertation, eq. 4.8).</summary>
    Rebinned,

    /// <summary>Weighted, filtered and backprojected as a fan, without rebinning.</summary>
    Direct,
}

/// <summary>Options of filtered backprojection. The defaults are what section 4.2.2 does, without its aliasing.</summary>
public sealed record ReconstructionOptions
{
    /// <summary>The filter.</summary>
    public RampFilterKind Filter { get; init; }

    /// <summary>Rebinned or direct; parallel rays need neither.</summary>
    public FanReconstruction Fan { get; init; }

    /// <summary>Bins of the rebinned sinogram; null for 2 Bins - 1, which loses little.</summary>
    public int? ParallelBins
    {
        get;
        init => field = value is { } number
            ? OptionRange.Within(number, ScanGeometry.FewestSamples, 2 * ScanGeometry.MostSamples) : null;
    }

    /// <summary>
    /// Views of the rebinned sinogram on half a turn, conjugate rays averaged; null for the scan's number of views.
    /// </summary>
    public int? ParallelViews
    {
        get;
        init => field = value is { } number ? OptionRange.Within(number, 1, 2 * ScanGeometry.MostSamples) : null;
    }
}
