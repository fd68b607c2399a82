namespace Thesis.Engine.Tomography;

/// <summary>The samples of a parallel sinogram as places in a fan sinogram.</summary>
internal sealed class RebinningGrid
{
    // Places this near to the detector's ends, in bins, are at them: the outermost samples are meant to be.
    private const double EndTolerance = 1e-6;

    public RebinningGrid(ScanGeometry fan, ReconstructionOptions options)
    {
        ArgumentNullException.ThrowIfNull(fan);
        ArgumentNullException.ThrowIfNull(options);
        if (fan.Detector == DetectorKind.Parallel) throw new ArgumentException("The rays are parallel.", nameof(fan));
        if (!fan.IsFullTurn && !ShortScan.Is(fan)) throw ScanRange.Unsupported(fan);
        var bins = options.ParallelBins ?? Math.Min((2 * fan.Bins) - 1, ScanGeometry.MostSamples);
        var farthest = Math.Max(Math.Abs(fan.RayOffset(0)), Math.Abs(fan.RayOffset(fan.Bins - 1)));
        Parallel = new ScanGeometry(
            DetectorKind.Parallel, options.ParallelViews ?? fan.Views, bins, 2 * farthest / (bins - 1), fan.ImageSize,
            fan.PixelSize, angularRange: Math.PI);
        ViewStep = fan.AngularRange / fan.Views;
        TurnInViews = fan.IsFullTurn ? fan.Views : 2 * Math.PI / Math.Abs(ViewStep);
        StartInViews = fan.StartAngle / ViewStep;
        (Bin, FanInViews) = (new int[bins], new double[bins]);
        (LeftWeight, RightWeight) = (new double[bins], new double[bins]);
        var seen = new bool[bins];
        for (var column = 0; column < bins; column++) seen[column] = Place(fan, column);
        for (var column = 0; column < bins; column++) Weigh(column, seen[column], seen[bins - 1 - column]);
    }

    /// <summary>The parallel geometry: half a turn from angle 0.</summary>
    public ScanGeometry Parallel { get; }

    /// <summary>The left one of the two bins of a column.</summary>
    public int[] Bin { get; }

    /// <summary>The weights of the two bins: interpolation, times 1/2 where the conjugate is seen too.</summary>
    public double[] LeftWeight { get; }

    /// <inheritdoc cref="LeftWeight"/>
    public double[] RightWeight { get; }

    /// <summary>gamma of a column, in views.</summary>
    public double[] FanInViews { get; }

    /// <summary>A full turn in views, whole or not; a short scan has fewer.</summary>
    public double TurnInViews { get; }

    private double ViewStep { get; }

    private double StartInViews { get; }

    /// <summary>theta of an angle in views from the first, in [0, a turn).</summary>
    public double AngleInViews(int angle)
    {
        var place = (Parallel.ViewAngle(angle) / ViewStep) - StartInViews;
        return place - (TurnInViews * Math.Floor(place / TurnInViews));
    }

    private bool Place(ScanGeometry fan, int column)
    {
        var offset = Parallel.BinPlace(column);
        var gamma = Math.Asin(Math.Clamp(offset / fan.SourceDistance, -1, 1));
        var place = fan.Detector == DetectorKind.Arc ? gamma : fan.DetectorDistance * Math.Tan(gamma);
        var bin = (place / fan.BinSpacing) + (0.5 * (fan.Bins - 1)) - fan.DetectorOffset;
        FanInViews[column] = gamma / ViewStep;
        Bin[column] = (int)Math.Clamp(Math.Floor(bin), 0, fan.Bins - 2);
        RightWeight[column] = Math.Clamp(bin - Bin[column], 0, 1);
        LeftWeight[column] = 1 - RightWeight[column];
        return bin >= -EndTolerance && bin <= fan.Bins - 1 + EndTolerance;
    }

    private void Weigh(int column, bool seen, bool mirrorSeen)
    {
        var weight = !seen ? 0 : mirrorSeen ? 0.5 : 1;
        LeftWeight[column] *= weight;
        RightWeight[column] *= weight;
    }
}
