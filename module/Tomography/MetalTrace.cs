using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A run of neighbouring bins of one view, both ends included.</summary>
/// <param name="First">The first bin.</param>
/// <param name="Last">The last bin.</param>
public readonly record struct BinRun(int First, int Last)
{
    /// <summary>Bins.</summary>
    public int Length => Last - First + 1;

    /// <summary>
    /// The bins beside the run, of a view of so many; a run that touches the detector's edge has one, which is both.
    /// </summary>
    public (int Left, int Right) EndsWithin(int bins)
    {
        var (left, right) = (First - 1, Last + 1);
        return left < 0 ? (right, right) : right >= bins ? (left, left) : (left, right);
    }
}

/// <summary>The metal trace M_t (4.3): which bins of a sinogram saw metal. One row a view.</summary>
public sealed class MetalTrace
{
    // A ray that grazes a pixel by less than this share of its side has not seen it.
    private const double GrazingShare = 1e-5;

    /// <summary>Wraps values.</summary>
    /// <exception cref="InputException"><c>TraceShapeInvalid</c>: the number of values is not views x bins.</exception>
    public MetalTrace(bool[] values, ScanGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(geometry);
        if (values.Length != geometry.SinogramLength)
        {
            throw new InputException(
                "TraceShapeInvalid", FaultKind.InvalidData,
                $"{values.Length} values do not make a metal trace of {geometry.Views} views x {geometry.Bins} bins.");
        }

        Values = values;
        Geometry = geometry;
    }

    /// <summary>The values, row-major; nobody writes.</summary>
    public bool[] Values { get; }

    /// <summary>Which rays they are of.</summary>
    public ScanGeometry Geometry { get; }

    /// <summary>Whether a bin of a view saw metal.</summary>
    public bool this[int view, int bin] => Values[(view * Geometry.Bins) + bin];

    /// <summary>The trace of a mask: where its projection is above 0.</summary>
    public static MetalTrace Of(MetalMask metal, Tomograph tomograph, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(metal);
        ArgumentNullException.ThrowIfNull(tomograph);
        return Of(tomograph.Project(metal.ToImage(), work));
    }

    /// <summary>The trace of a projected mask.</summary>
    /// <param name="chords">The length, in cm, of each ray within the metal.</param>
    public static MetalTrace Of(Sinogram chords)
    {
        ArgumentNullException.ThrowIfNull(chords);
        var least = GrazingShare * chords.Geometry.PixelSize;
        return new MetalTrace(Array.ConvertAll(chords.Values, chord => chord > least), chords.Geometry);
    }

    /// <summary>The runs of a view, by rising bin.</summary>
    public IEnumerable<BinRun> Runs(int view)
    {
        var start = view * Geometry.Bins;
        for (var bin = 0; bin < Geometry.Bins; bin++)
        {
            if (!Values[start + bin]) continue;
            var first = bin;
            while (bin + 1 < Geometry.Bins && Values[start + bin + 1]) bin++;
            yield return new BinRun(first, bin);
        }
    }

    /// <summary>Whether every view has a bin outside the trace, to interpolate from.</summary>
    public bool LeavesEveryView
    {
        get
        {
            for (var view = 0; view < Geometry.Views; view++)
            {
                if (!Values.AsSpan(view * Geometry.Bins, Geometry.Bins).Contains(false)) return false;
            }

            return true;
        }
    }

    /// <summary>Fails when the trace is of another sinogram.</summary>
    /// <exception cref="InputException"><c>TraceShapeMismatch</c>.</exception>
    public void RequireShape(Sinogram sinogram)
    {
        ArgumentNullException.ThrowIfNull(sinogram);
        if (sinogram.Views == Geometry.Views && sinogram.Bins == Geometry.Bins) return;
        throw new InputException(
            "TraceShapeMismatch", FaultKind.InvalidData,
            $"The metal trace has {Geometry.Views} views x {Geometry.Bins} bins and the sinogram has "
            + $"{sinogram.Views} x {sinogram.Bins}.");
    }
}
