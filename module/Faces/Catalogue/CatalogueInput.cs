using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>A face on its way into a catalogue.</summary>
/// <param name="Set">The set that it comes from.</param>
/// <param name="Row">Its place in that set.</param>
/// <param name="Hash">The first 16 bytes of the SHA-256 of its unit feature: what it is known by.</param>
/// <param name="Feature">Its unit feature.</param>
internal sealed record CatalogueInput(FeatureSet Set, int Row, byte[] Hash, ReadOnlyMemory<float> Feature)
{
    private const int HashBytes = 16;

    private static readonly string[] PhotographNames = ["Photograph", "Photographs", "Path", "File"];

    /// <summary>The id that the source gives it.</summary>
    public string? Key => Set.Ids?[Row];

    /// <summary>The person's name; null where it is not known.</summary>
    public string? Identity => Set.Identities?[Row] is { Length: > 0 } identity ? identity : null;

    /// <summary>The photograph; null where the source does not say.</summary>
    public string? Photograph { get; private init; }

    /// <summary>Where it lies in the photograph.</summary>
    public FaceBox? Box { get; private init; }

    /// <summary>
    /// The faces of some sets, in an order that does not depend on that of the sets or of their rows: by hash, equal
    /// ones by photograph and id.
    /// </summary>
    public static CatalogueInput[] Of(IEnumerable<FeatureSet> sets)
    {
        var faces = new List<CatalogueInput>();
        foreach (var set in sets)
        {
            var unit = set.Features.Normalize();
            var photographs = Array.Find(PhotographNames, name => Find(set, name) is not null) is { } name
                ? Find(set, name) : null;
            object?[]?[] box = [Find(set, "Left"), Find(set, "Top"), Find(set, "Width"), Find(set, "Height")];
            for (var row = 0; row < unit.Count; row++)
            {
                var feature = unit.Values.AsMemory(row * unit.Dimension, unit.Dimension);
                faces.Add(new CatalogueInput(set, row, SHA256.HashData(MemoryMarshal.AsBytes(feature.Span))[..HashBytes],
                    feature)
                {
                    Photograph = Convert.ToString(photographs?[row], CultureInfo.InvariantCulture) is { Length: > 0 } path
                        ? path
                        : PathOf(set.Ids?[row]),
                    Box = BoxOf(box, row),
                });
            }
        }

        CatalogueInput[] sorted = [.. faces];
        Array.Sort(sorted, Compare);
        return sorted;
    }

    private static int Compare(CatalogueInput a, CatalogueInput b)
    {
        var order = a.Hash.AsSpan().SequenceCompareTo(b.Hash);
        if (order == 0) order = string.CompareOrdinal(a.Photograph, b.Photograph);
        return order == 0 ? string.CompareOrdinal(a.Key, b.Key) : order;
    }

    // An id that is a whole path names a photograph, without the number of a face in it; another may be used again for
    // another face.
    private static string? PathOf(string? id)
    {
        if (!Path.IsPathFullyQualified(id ?? "")) return null;
        var number = id!.LastIndexOf('#');
        return number > 0 && number < id.Length - 1 && !id.AsSpan(number + 1).ContainsAnyExceptInRange('0', '9')
            ? id[..number] : id;
    }

    private static object?[]? Find(FeatureSet set, string name) =>
        set.Properties.FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Values;

    private static FaceBox? BoxOf(object?[]?[] columns, int row)
    {
        Span<double> values = stackalloc double[4];
        for (var k = 0; k < values.Length; k++)
        {
            if (!TryNumber(columns[k]?[row], out values[k])) return null;
        }

        return new FaceBox(values[0], values[1], values[2], values[3]);
    }

    private static bool TryNumber(object? value, out double number)
    {
        number = double.NaN;
        return value is not null
            && double.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture,
                out number)
            && double.IsFinite(number);
    }
}
