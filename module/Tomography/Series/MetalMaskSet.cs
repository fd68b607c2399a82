using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A metal to put into a slice.</summary>
/// <param name="Index">Its place in the set.</param>
/// <param name="Name">The kind that was drawn, or the mask's file.</param>
/// <param name="Mask">Its pixels.</param>
/// <param name="Group">The group of its size.</param>
public sealed record SliceMetal(int Index, string Name, MetalMask Mask, string Group);

/// <summary>The metals that are put into every slice: read from files, or drawn from a seed.</summary>
public sealed class MetalMaskSet
{
    private const int FewestForGroups = 5;
    private const int ReferenceSide = 416;
    private const int LargestMetal = (int)(MetalShapeOptions.MostShare * ReferenceSide * ReferenceSide);

    private readonly Func<CtSlice, bool, IEnumerable<(string Name, MetalMask Mask)>> _make;
    private (int Rows, int Columns) _size;
    private IReadOnlyList<SliceMetal> _metals = [];

    private MetalMaskSet(Func<CtSlice, bool, IEnumerable<(string Name, MetalMask Mask)>> make) => _make = make;

    /// <summary>The masks of files, in their order; a stack gives several.</summary>
    /// <exception cref="InputException">A fault of reading.</exception>
    public static MetalMaskSet FromFiles(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var masks = paths.SelectMany(MaskFile.Read).ToArray();
        return new MetalMaskSet((slice, resample) => masks.Select(
            mask => (Path.GetFileName(mask.Source), SliceConversion.ToMask(mask, slice, resample))));
    }

    /// <summary>Metals that are drawn.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the set.</param>
    /// <param name="least">The fewest pixels, of a slice of 416 x 416.</param>
    /// <param name="most">The most pixels, of a slice of 416 x 416.</param>
    /// <param name="kinds">The kinds to draw from; none for all.</param>
    /// <exception cref="InputException">
    /// <c>OptionOutOfRange</c>: <paramref name="most"/> is below <paramref name="least"/>, or beyond what a slice holds.
    /// </exception>
    public static MetalMaskSet Drawn(int count, long seed, int least, int most, IReadOnlyList<MetalKind> kinds)
    {
        OptionRange.Within(most, least, LargestMetal, "MetalSize");
        return new MetalMaskSet((slice, _) =>
        {
            var share = (double)slice.Rows * slice.Columns / (ReferenceSide * ReferenceSide);
            var options = new MetalShapeOptions
            {
                ImageSize = slice.Columns,
                LeastPixels = Math.Max(4, (int)Math.Round(least * share)),
                MostPixels = Math.Max(4, (int)Math.Round(most * share)),
                Kinds = kinds.Count > 0 ? kinds : null,
            };
            return Enumerable.Range(0, count).Select(index => MetalShapes.Draw(options, seed, index))
                .Select(shape => (shape.Kind.ToString(), shape.Mask));
        });
    }

    /// <summary>The metals of the size of a slice; made once for a series of one size.</summary>
    /// <exception cref="InputException"><c>MaskSizeMismatch</c>, unless masks are resampled; <c>MetalFillsImage</c>.</exception>
    public IReadOnlyList<SliceMetal> For(CtSlice slice, bool resample)
    {
        ArgumentNullException.ThrowIfNull(slice);
        if (_size == (slice.Rows, slice.Columns)) return _metals;
        var made = _make(slice, resample).ToArray();
        foreach (var (name, mask) in made) MetalCoverage.Require(mask, $"the mask '{name}'");
        var groups = made.Length < FewestForGroups
            ? [.. made.Select(metal => MetalSizeGroups.Of(metal.Mask))]
            : MetalSizeGroups.OfSet([.. made.Select(metal => metal.Mask)]);
        _metals = [.. made.Select((metal, index) => new SliceMetal(index, metal.Name, metal.Mask, groups[index]))];
        _size = (slice.Rows, slice.Columns);
        return _metals;
    }
}
