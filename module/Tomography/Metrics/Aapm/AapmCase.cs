using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A case that images are scored for: the truth, the regions, and what NMAR reaches.</summary>
public sealed class AapmCase
{
    private readonly float[] _truth;
    private readonly AapmRegions _regions;
    private readonly SliceImage _shape;

    /// <summary>Prepares a case.</summary>
    /// <param name="truth">The true image, 1/cm.</param>
    /// <param name="source">The image with metal, 1/cm.</param>
    /// <param name="metal">The metal.</param>
    /// <param name="normalized">The image that NMAR makes of the source.</param>
    /// <exception cref="InputException">
    /// <c>MetalMissing</c>, <c>BodyMissing</c>; <c>ImageShapeMismatch</c>, <c>MaskShapeMismatch</c>, <c>ImageNotFinite</c>,
    /// <c>ImageTooSmall</c>.
    /// </exception>
    public AapmCase(SliceImage truth, SliceImage source, MetalMask metal, SliceImage normalized)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(metal);
        FiniteValues.Require(truth);
        FiniteValues.Require(source);
        ImageQuality.RequireSameShape(source, truth);
        metal.RequireShape(truth);
        RequireSquare(truth);
        if (metal.PixelCount == 0)
        {
            throw new InputException(
                "MetalMissing", FaultKind.InvalidData, "The AAPM scores are of images with metal, and the mask has none.");
        }

        _shape = truth;
        _truth = Hounsfield(truth);
        _regions = AapmRegions.Of(_truth, Hounsfield(source), metal);
        TrueNoise = AapmMeasures.Deviation(_truth, _regions.Noise);
        Anchor = Measure(normalized);
    }

    /// <summary>The metal.</summary>
    public MetalMask Metal => _regions.Metal;

    /// <summary>What NMAR reaches.</summary>
    public AapmMeasures Anchor { get; }

    /// <summary>The noise of the truth, HU; null where no region is quiet.</summary>
    public double? TrueNoise { get; }

    /// <summary>Measures an image, 1/cm.</summary>
    /// <exception cref="InputException"><c>ImageShapeMismatch</c>, <c>ImageNotFinite</c>.</exception>
    public AapmMeasures Measure(SliceImage image)
    {
        FiniteValues.Require(image);
        ImageQuality.RequireSameShape(image, _shape);
        return AapmMeasures.Of(Hounsfield(image), _truth, _regions);
    }

    // To a thousandth, so that a whole number of HU is still one, on its side of a threshold, after its way through 1/cm.
    private static float[] Hounsfield(SliceImage image) =>
        Array.ConvertAll(SliceConversion.ToHounsfield(image), value => MathF.Round(value, 3));

    private static void RequireSquare(SliceImage image)
    {
        if (image.Rows == image.Columns && image.Rows >= StructuralSimilarity.WindowSize) return;
        throw new InputException(
            "ImageShapeMismatch", FaultKind.InvalidData,
            $"The AAPM scores are of square images of {StructuralSimilarity.WindowSize} pixels and more, not {image.Rows} x {image.Columns}.");
    }
}
