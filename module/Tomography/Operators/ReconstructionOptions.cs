using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Options of filtered backprojection. The defaults are what section 4.2.2 does, without its aliasing.</summary>
public sealed record ReconstructionOptions
{
    /// <summary>The filter.</summary>
    public RampFilterKind Filter { get; init; }

    /// <summary>Rebinned or direct; parallel rays need neither.</summary>
    public FanReconstruction Fan { get; init; }

    /// <summary>
    /// Whether views that end within the body are continued beyond the detector, see <see cref="TruncatedProfile"/>; not of
    /// a direct fan.
    /// </summary>
    public bool Extrapolate { get; init; }

    /// <summary>Bins of the rebinned sinogram; null for 2 Bins - 1, which loses little.</summary>
    public int? ParallelBins
    {
        get;
        init => field = value is { } number
            ? OptionRange.Within(number, ScanGeometry.FewestSamples, ScanGeometry.MostSamples) : null;
    }

    /// <summary>
    /// Views of the rebinned sinogram on half a turn, conjugate rays averaged; null for the scan's number of views.
    /// </summary>
    public int? ParallelViews
    {
        get;
        init => field = value is { } number ? OptionRange.Within(number, 1, ScanGeometry.MostSamples) : null;
    }
}
