using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Views that end within the body, continued beyond the detector: by the cylinder of water that has the view's value and
/// slope at the cut (Hsieh et al. 2004). Views of parallel rays all have the same mass, the integral over the bins; where
/// some views are whole, theirs says how much the others lack, and the cylinders are made to hold that (as there). Values
/// are not changed where they were measured.
/// </summary>
internal sealed class TruncatedProfile
{
    // Of the views, so many must be whole for their mass to be that of all.
    private const double LeastWhole = 0.05;

    // Of the detector's half: no body is expected beyond.
    private const double MostReach = 1;

    private readonly int _added;

    /// <summary>Takes the geometry of the views.</summary>
    /// <param name="parallel">Parallel rays.</param>
    public TruncatedProfile(ScanGeometry parallel)
    {
        Parallel = parallel;
        _added = Math.Min(
            (int)Math.Ceiling(MostReach * 0.5 * (parallel.Bins - 1)), (ScanGeometry.MostSamples - parallel.Bins) / 2);
        Widened = new ScanGeometry(
            DetectorKind.Parallel, parallel.Views, parallel.Bins + (2 * _added), parallel.BinSpacing, parallel.ImageSize,
            parallel.PixelSize, startAngle: parallel.StartAngle, angularRange: parallel.AngularRange,
            detectorOffset: parallel.DetectorOffset);
    }

    /// <summary>The rays that were measured.</summary>
    public ScanGeometry Parallel { get; }

    /// <summary>The rays with those that are added, as many on both sides.</summary>
    public ScanGeometry Widened { get; }

    /// <summary>Continues the views.</summary>
    /// <param name="views">[views, bins], line integrals.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <returns>[views, bins and those added].</returns>
    public float[] Continue(ReadOnlySpan<float> views, WorkContext work)
    {
        var (bins, spacing) = (Parallel.Bins, Math.Abs(Parallel.BinSpacing));
        var wide = new float[Parallel.Views * Widened.Bins];
        var cuts = new Cut[Parallel.Views];
        for (var view = 0; view < cuts.Length; view++)
        {
            var row = views.Slice(view * bins, bins);
            row.CopyTo(wide.AsSpan((view * Widened.Bins) + _added));
            cuts[view] = CutOf(row, spacing);
        }

        var whole = cuts.Where(cut => cut.IsWhole).Select(cut => cut.Mass).Order().ToArray();
        var mass = whole.Length >= LeastWhole * cuts.Length ? whole[whole.Length / 2] : (double?)null;
        for (var view = 0; view < cuts.Length; view++)
        {
            work.ThrowIfCancelled();
            if (!cuts[view].IsWhole) Fill(wide.AsSpan(view * Widened.Bins, Widened.Bins), cuts[view], mass, spacing);
        }

        return wide;
    }

    private Cut CutOf(ReadOnlySpan<float> row, double spacing)
    {
        var mass = 0.0;
        foreach (var value in row) mass += value * spacing;
        return new Cut(Cylinder(row, isLast: false), Cylinder(row, isLast: true), mass);

        WaterCylinder? Cylinder(ReadOnlySpan<float> view, bool isLast)
        {
            var (value, slope) = DetectorTruncation.Edge(view, isLast);
            if (value <= DetectorTruncation.LeastValue) return null;
            return WaterCylinder.Fit(value, slope / spacing).Within(_added * spacing);
        }
    }

    private void Fill(Span<float> row, Cut cut, double? mass, double spacing)
    {
        // What is missing is shared as the cylinders have it.
        var share = mass is null ? 1 : Math.Max(0, mass.Value - cut.Mass) / ((cut.First?.Mass ?? 0) + (cut.Last?.Mass ?? 0));
        var first = Scaled(cut.First);
        var last = Scaled(cut.Last);
        for (var i = 0; i < _added; i++)
        {
            if (first is { } left) row[_added - 1 - i] = (float)left.At((i + 1) * spacing);
            if (last is { } right) row[row.Length - _added + i] = (float)right.At((i + 1) * spacing);
        }

        WaterCylinder? Scaled(WaterCylinder? cylinder) =>
            mass is null ? cylinder : cylinder?.WithMass(share * cylinder.Value.Mass, spacing, _added * spacing);
    }

    /// <summary>A view: the cylinders at its ends, null where it ends in air, and its mass.</summary>
    private readonly record struct Cut(WaterCylinder? First, WaterCylinder? Last, double Mass)
    {
        public bool IsWhole => First is null && Last is null;
    }
}
