using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// LI (Kalender, Hebel and Ebersberger 1987; section 4.2): in each view, the bins of the metal trace are replaced by the
/// line between the bins on both sides. A run that touches the detector's edge has one side only and is held constant.
/// </summary>
public sealed class LinearInterpolation : ISinogramCompletion
{
    /// <inheritdoc/>
    public string Name => "li";

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var sinogram = Interpolate(scan.Sinogram, scan.Trace);
        return new ReducedScan(scan.Tomograph.Reconstruct(sinogram, work), sinogram);
    }

    CompletedSinogram ISinogramCompletion.Complete(CorruptedScan scan, WorkContext work) => new(Interpolate(scan.Sinogram, scan.Trace));

    /// <summary>Y_LI: a copy of the sinogram, interpolated over the trace.</summary>
    /// <exception cref="InputException">
    /// <c>TraceShapeMismatch</c>, or <c>MetalFillsView</c>, with the view as target: no bin of it is outside the trace.
    /// </exception>
    public static Sinogram Interpolate(Sinogram sinogram, MetalTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        trace.RequireShape(sinogram);
        var result = new Sinogram((float[])sinogram.Values.Clone(), sinogram.Geometry);
        for (var view = 0; view < result.Views; view++)
        {
            foreach (var run in trace.Runs(view)) Bridge(result.View(view), run, view);
        }

        return result;
    }

    private static void Bridge(Span<float> row, BinRun run, int view)
    {
        if (run.Length == row.Length) throw FillsView(view);
        var ends = run.EndsWithin(row.Length);
        double left = row[ends.Left];
        double right = row[ends.Right];
        var step = (right - left) / (run.Length + 1);
        for (var bin = run.First; bin <= run.Last; bin++) row[bin] = (float)(left + (step * (bin - run.First + 1)));
    }

    /// <summary>The fault of a view without a bin outside the trace.</summary>
    internal static InputException FillsView(int view) => new(
        "MetalFillsView", FaultKind.InvalidData,
        $"Every bin of view {view} lies in the metal trace, so nothing is left to interpolate from. "
        + "The metal is larger than can be reduced, or its threshold is too low.",
        view);
}
