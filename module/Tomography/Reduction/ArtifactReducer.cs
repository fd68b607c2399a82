using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Runs a reduction on scans: an empty metal leaves the image as it is, metal that fills a view is refused, and the
/// metal of the input is put back into the output unless that is not wanted.
/// </summary>
/// <param name="Method">The reduction.</param>
/// <param name="KeepMetal">Whether the output holds the metal of the input.</param>
public sealed record ArtifactReducer(IArtifactReduction Method, bool KeepMetal = true)
{
    /// <summary>The names of the methods that need no learning.</summary>
    public static IReadOnlyList<string> Names { get; } = ["none", "li", "nmar", "tv"];

    /// <summary>The method of a name, in any case.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="variation">Options of tv; null for the defaults.</param>
    /// <exception cref="InputException"><c>ReductionUnknown</c>.</exception>
    public static IArtifactReduction MethodOf(string name, TotalVariationOptions? variation = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToLowerInvariant() switch
        {
            "none" => new NoReduction(),
            "li" => new LinearInterpolation(),
            "nmar" => new NormalizedReduction(),
            "tv" => new TotalVariationReduction(variation ?? new TotalVariationOptions()),
            _ => throw new InputException(
                "ReductionUnknown", FaultKind.InvalidArgument,
                $"'{name}' is none of the methods {string.Join(", ", Names)}.", name),
        };
    }

    /// <summary>Reduces the artifacts of a scan.</summary>
    /// <exception cref="InputException"><c>MetalFillsView</c>, with the view as target.</exception>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        if (scan.Metal.PixelCount == 0) return new ReducedScan(scan.Image, scan.Sinogram);
        RequireSightedViews(scan.Trace);
        var reduced = Method.Reduce(scan, work);
        return KeepMetal ? reduced with { Image = scan.Metal.Insert(reduced.Image, scan.Image) } : reduced;
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
