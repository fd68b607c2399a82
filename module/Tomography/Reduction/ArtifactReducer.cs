using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Runs a reduction on scans: an empty metal leaves the image as it is, metal that fills a view is refused, the metal of the
/// input is put back into the output unless that is not wanted, padding is left alone, and an output that no tissue or metal
/// can be is refused.
/// </summary>
/// <param name="Method">The reduction.</param>
/// <param name="KeepMetal">Whether the output holds the metal of the input.</param>
public sealed record ArtifactReducer(IArtifactReduction Method, bool KeepMetal = true)
{
    /// <summary>The names of the methods that need no learning.</summary>
    public static IReadOnlyList<string> Names { get; } = ["none", "li", "nmar", "fsnmar", "tv"];

    /// <summary>The method of a name, in any case.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="variation">Options of tv; null for the defaults.</param>
    /// <param name="isWhole">
    /// Whether an image is replaced by the method's own reconstruction; else it is corrected, see <see cref="ImageCorrection"/>.
    /// </param>
    /// <exception cref="InputException"><c>ReductionUnknown</c>.</exception>
    public static IArtifactReduction MethodOf(string name, TotalVariationOptions? variation = null, bool isWhole = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToLowerInvariant() switch
        {
            "none" => new NoReduction(),
            "li" => OnImages(new LinearInterpolation()),
            "nmar" => OnImages(new NormalizedReduction()),
            "fsnmar" => new FrequencySplitReduction(OnImages(new NormalizedReduction())),
            "tv" => OnImages(new TotalVariationReduction(variation ?? new TotalVariationOptions())),
            _ => throw new InputException(
                "ReductionUnknown", FaultKind.InvalidArgument,
                $"'{name}' is none of the methods {string.Join(", ", Names)}.", name),
        };

        IArtifactReduction OnImages(IArtifactReduction method) => ArtifactReducer.OnImages(method, isWhole);
    }

    /// <summary>A method as it is used on images: as their correction or, as a whole, in their place.</summary>
    internal static IArtifactReduction OnImages(IArtifactReduction method, bool isWhole) =>
        isWhole ? method : new ImageCorrection(method);

    /// <summary>Reduces the artifacts of a scan.</summary>
    /// <exception cref="InputException">
    /// <c>MetalFillsView</c>, with the view as target; <c>ReductionImplausible</c>, with the index of the pixel.
    /// </exception>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        if (scan.Metal.PixelCount == 0) return new ReducedScan(scan.Image, scan.Sinogram);
        RequireSightedViews(scan.Trace);
        var reduced = Method.Reduce(scan, work);
        var image = (float[])reduced.Image.Values.Clone();
        var reach = SeenRadius(scan);
        for (var i = 0; i < image.Length; i++)
        {
            if ((KeepMetal && scan.Metal.Values[i]) || IsUnseen(scan, i, reach)) image[i] = scan.Image.Values[i];
        }

        if (scan.IsReprojection) MetalPlausibility.CutAtFloor(image, scan);
        reduced = reduced with { Image = new SliceImage(image, reduced.Image.Rows, reduced.Image.Columns) };
        MetalPlausibility.Require(reduced.Image, scan.Image, Method.Name);
        return reduced;
    }

    // Padding, and what of an image its geometry's detector does not see from all sides.
    private static bool IsUnseen(CorruptedScan scan, int pixel, double reach)
    {
        if (scan.Padding?.Values[pixel] == true) return true;
        var (row, column) = Math.DivRem(pixel, scan.Image.Columns);
        var half = 0.5 * (scan.Image.Columns - 1);
        return ((row - half) * (row - half)) + ((column - half) * (column - half)) > reach * reach;
    }

    // In pixels; of a measured sinogram all is taken as it is.
    private static double SeenRadius(CorruptedScan scan)
    {
        if (!scan.IsReprojection) return double.PositiveInfinity;
        var geometry = scan.Tomograph.Geometry;
        return Math.Min(Math.Abs(geometry.RayOffset(0)), Math.Abs(geometry.RayOffset(geometry.Bins - 1))) / geometry.PixelSize;
    }

    private static void RequireSightedViews(MetalTrace trace)
    {
        var bins = trace.Geometry.Bins;
        for (var view = 0; view < trace.Geometry.Views; view++)
        {
            if (!trace.Values.AsSpan(view * bins, bins).Contains(false)) throw LinearInterpolation.FillsView(view);
        }
    }
}
