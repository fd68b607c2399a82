using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Where the rays of a scan run, and the grid of the image. Lengths are in cm, angles in radians.
/// <para>
/// The ray of view v and bin k is the line x cos(theta) + y sin(theta) = t. With the view's angle
/// beta = StartAngle + v AngularRange / Views and the bin's place u = (k - (Bins - 1) / 2 + DetectorOffset) BinSpacing:
/// arc: gamma = u; flat: gamma = atan(u / DetectorDistance); theta = beta + gamma and t = SourceDistance sin(gamma);
/// parallel: theta = beta and t = u. The source of view v stands at SourceDistance (-sin beta, cos beta)
/// (Kak and Slaney, chapter 3; dissertation, section 4.1).
/// </para>
/// <para>
/// Pixel (row i, column j) has its centre at x = (j - (N - 1) / 2) PixelSize, y = ((N - 1) / 2 - i) PixelSize.
/// </para>
/// </summary>
public sealed record ScanGeometry
{
    /// <summary>The most views, bins, and rows of an image.</summary>
    public const int MostSamples = 8192;

    /// <summary>The fewest rows of an image and the fewest bins.</summary>
    public const int FewestSamples = 8;

    private const double FullTurn = 2 * Math.PI;

    // No scanner comes near these; within them nothing overflows.
    private const double ShortestLength = 1e-6;
    private const double LargestSpacing = 100;
    private const double LargestDistance = 1e6;
    private const double LargestAngle = 1e4;

    /// <summary>Creates a geometry.</summary>
    /// <param name="detector">The kind of detector.</param>
    /// <param name="views">Views, 1 to 8,192.</param>
    /// <param name="bins">Bins, 8 to 8,192.</param>
    /// <param name="binSpacing">
    /// From one bin to the next: radians of the fan (arc), cm on the detector (flat), cm (parallel); negative when the
    /// bins are numbered the other way.
    /// </param>
    /// <param name="imageSize">N: the image has N x N pixels, 8 to 8,192.</param>
    /// <param name="pixelSize">cm, 1e-6 to 100.</param>
    /// <param name="sourceDistance">Source to rotation centre, cm, to 1e6; 0 for parallel rays.</param>
    /// <param name="detectorDistance">Source to detector, cm, of a flat detector; 0 for the others.</param>
    /// <param name="startAngle">beta of view 0.</param>
    /// <param name="angularRange">
    /// The angle that the views share equally, its end excluded; up to a full turn, negative when beta falls.
    /// </param>
    /// <param name="detectorOffset">Bins by which the detector is shifted (0.25: quarter-bin offset).</param>
    /// <exception cref="InputException"><c>GeometryInvalid</c>, with the value.</exception>
    public ScanGeometry(
        DetectorKind detector,
        int views,
        int bins,
        double binSpacing,
        int imageSize,
        double pixelSize,
        double sourceDistance = 0,
        double detectorDistance = 0,
        double startAngle = 0,
        double angularRange = FullTurn,
        double detectorOffset = 0)
    {
        Detector = detector;
        Views = views;
        Bins = bins;
        BinSpacing = binSpacing;
        ImageSize = imageSize;
        PixelSize = pixelSize;
        SourceDistance = sourceDistance;
        DetectorDistance = detectorDistance;
        StartAngle = startAngle;
        AngularRange = angularRange;
        DetectorOffset = detectorOffset;
        RequireSamples();
        RequireRays();
    }

    /// <summary>The kind of detector.</summary>
    public DetectorKind Detector { get; }

    /// <summary>Views: the rows of a sinogram.</summary>
    public int Views { get; }

    /// <summary>Bins: the columns of a sinogram.</summary>
    public int Bins { get; }

    /// <summary>From one bin to the next: radians (arc) or cm.</summary>
    public double BinSpacing { get; }

    /// <summary>N: rows and columns of the image.</summary>
    public int ImageSize { get; }

    /// <summary>cm.</summary>
    public double PixelSize { get; }

    /// <summary>Source to rotation centre, cm; 0 for parallel rays.</summary>
    public double SourceDistance { get; }

    /// <summary>Source to detector, cm; 0 unless the detector is flat.</summary>
    public double DetectorDistance { get; }

    /// <summary>beta of view 0, radians.</summary>
    public double StartAngle { get; }

    /// <summary>The angle that the views share, radians.</summary>
    public double AngularRange { get; }

    /// <summary>The detector's shift, in bins.</summary>
    public double DetectorOffset { get; }

    /// <summary>Whether the views make a full turn.</summary>
    public bool IsFullTurn => Math.Abs(Math.Abs(AngularRange) - FullTurn) < 1e-9;

    /// <summary>Whether the views make half a turn.</summary>
    public bool IsHalfTurn => Math.Abs(Math.Abs(AngularRange) - Math.PI) < 1e-9;

    /// <summary>The distance of neighbouring rays of a view at the rotation centre, cm.</summary>
    public double RaySpacing => Math.Abs(BinSpacing) * Detector switch
    {
        DetectorKind.Arc => SourceDistance,
        DetectorKind.Flat => SourceDistance / DetectorDistance,
        _ => 1,
    };

    /// <summary>Values of a sinogram: Views x Bins.</summary>
    public int SinogramLength => Views * Bins;

    /// <summary>Pixels: N x N.</summary>
    public int ImageLength => ImageSize * ImageSize;

    /// <summary>beta of a view, radians.</summary>
    public double ViewAngle(int view) => StartAngle + (view * AngularRange / Views);

    /// <summary>u: radians of the fan (arc), cm on the detector (flat) or from the centre (parallel).</summary>
    public double BinPlace(double bin) => (bin - (0.5 * (Bins - 1)) + DetectorOffset) * BinSpacing;

    /// <summary>gamma of a bin, radians; 0 for parallel rays.</summary>
    public double FanAngle(double bin) => Detector switch
    {
        DetectorKind.Arc => BinPlace(bin),
        DetectorKind.Flat => Math.Atan(BinPlace(bin) / DetectorDistance),
        _ => 0,
    };

    /// <summary>t: the distance of a bin's rays from the rotation centre, cm.</summary>
    public double RayOffset(double bin) =>
        Detector == DetectorKind.Parallel ? BinPlace(bin) : SourceDistance * Math.Sin(FanAngle(bin));

    /// <summary>theta of a ray, radians.</summary>
    public double RayAngle(int view, double bin) => ViewAngle(view) + FanAngle(bin);

    private void RequireSamples()
    {
        Require(Enum.IsDefined(Detector), $"detector {(int)Detector} is none");
        Require(Views is >= 1 and <= MostSamples, $"{Views} views; 1 to {MostSamples} can be");
        Require(Bins is >= FewestSamples and <= MostSamples, $"{Bins} bins; {FewestSamples} to {MostSamples} can be");
        Require(
            ImageSize is >= FewestSamples and <= MostSamples,
            $"an image of {ImageSize} x {ImageSize}; {FewestSamples} to {MostSamples} pixels a side can be");
        Require(
            PixelSize is >= ShortestLength and <= LargestSpacing,
            $"pixels of {PixelSize} cm; {ShortestLength} to {LargestSpacing} can be");
        Require(
            Math.Abs(BinSpacing) is >= ShortestLength and <= LargestSpacing,
            $"a bin spacing of {BinSpacing}; {ShortestLength} to {LargestSpacing} can be, of either sign");
        Require(Math.Abs(StartAngle) <= LargestAngle, $"a start angle of {StartAngle}; -{LargestAngle} to {LargestAngle} can be");
        Require(
            Math.Abs(AngularRange) <= FullTurn + 1e-9 && AngularRange != 0,
            $"an angular range of {AngularRange}; -2 pi to 2 pi and not 0 can be");
        Require(Math.Abs(DetectorOffset) <= 0.5 * Bins, $"a detector offset of {DetectorOffset} bins");
    }

    private void RequireRays()
    {
        if (Detector == DetectorKind.Parallel)
        {
            Require(SourceDistance == 0, $"a source distance of {SourceDistance} cm with parallel rays");
        }
        else
        {
            var corner = ImageSize * PixelSize / Math.Sqrt(2);
            Require(
                SourceDistance > corner && SourceDistance <= LargestDistance,
                $"a source distance of {SourceDistance} cm; from {corner}, where the image's corners are, to {LargestDistance} can be");
        }

        if (Detector == DetectorKind.Flat)
        {
            Require(
                DetectorDistance is >= ShortestLength and <= LargestDistance,
                $"a source-detector distance of {DetectorDistance} cm; {ShortestLength} to {LargestDistance} can be");
        }
        else
        {
            Require(DetectorDistance == 0, $"a source-detector distance of {DetectorDistance} cm; only flat detectors have one");
        }

        if (Detector == DetectorKind.Arc)
        {
            var widest = Math.Max(Math.Abs(BinPlace(0)), Math.Abs(BinPlace(Bins - 1)));
            Require(widest < 0.5 * Math.PI, $"a fan that opens to {widest} radians; it must stay below pi / 2");
        }
    }

    private static void Require(bool holds, FormattableString fault)
    {
        if (holds) return;
        throw new InputException(
            "GeometryInvalid", FaultKind.InvalidArgument,
            $"The geometry has {fault.ToString(CultureInfo.InvariantCulture)}.");
    }
}
