namespace Thesis.Engine.Tomography;

/// <summary>
/// The five groups by metal size of Tables 4.1 and 4.2. The dissertation puts its ten test masks, by falling size, into
/// pairs: [2054, 879], [878, 448], [242, 115], [115, 111], [53, 32] pixels of a 416 x 416 slice. <see cref="OfSet"/>
/// does that; <see cref="Of"/> gives a mask alone the group that its size falls into.
/// </summary>
public static class MetalSizeGroups
{
    /// <summary>What a slice without metal is in, so that no average of a group counts it.</summary>
    public const string NoMetal = "none";

    private const int ReferenceSide = 416;

    // 878.5 and 115 are where the dissertation's pairs part; the others lie halfway, in ratio, between two pairs.
    private static readonly (string Name, double Least)[] Groups =
        [("largest", 878.5), ("large", 329), ("medium", 115), ("small", 77), ("smallest", 0)];

    /// <summary>The names, from the largest metal to the smallest.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Groups.Select(group => group.Name)];

    /// <summary>
    /// The group of a mask by its size alone, its pixels counted as those of a 416 x 416 slice of the same field of view.
    /// Of two masks of 115 pixels, which the dissertation has in two groups, both are medium. A mask of nothing is
    /// <see cref="NoMetal"/>.
    /// </summary>
    public static string Of(MetalMask metal)
    {
        ArgumentNullException.ThrowIfNull(metal);
        if (metal.PixelCount == 0) return NoMetal;
        var pixels = metal.PixelCount * (double)ReferenceSide * ReferenceSide / metal.Values.Length;
        return Groups.First(group => pixels >= group.Least).Name;
    }

    /// <summary>
    /// The groups of a set of masks: sorted by falling size, masks of one size in the order given, and cut into five
    /// equal parts.
    /// </summary>
    public static IReadOnlyList<string> OfSet(IReadOnlyList<MetalMask> masks)
    {
        ArgumentNullException.ThrowIfNull(masks);
        var result = new string[masks.Count];
        var order = Enumerable.Range(0, masks.Count).OrderByDescending(mask => masks[mask].PixelCount).ToArray();
        for (var rank = 0; rank < order.Length; rank++)
        {
            result[order[rank]] = Groups[(int)((long)rank * Groups.Length / order.Length)].Name;
        }

        return result;
    }
}
