using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>What is said of each face of an addition.</summary>
internal static class AdditionResults
{
    /// <summary>The results in the order of the sets and their rows.</summary>
    public static IReadOnlyList<AddedFaceResult> Of(CatalogueFile file, AddedFaces added, IReadOnlyList<FeatureSet> sets)
    {
        var places = new Dictionary<FeatureSet, int>(ReferenceEqualityComparer.Instance);
        for (var k = 0; k < sets.Count; k++) places.TryAdd(sets[k], k);
        var names = new Dictionary<long, string?>();
        var next = CatalogueChange.LastId(file, "face") + 1;
        foreach (var placed in added.Placed)
        {
            // What would be added has the ids that it would get.
            if (placed is { CopyOf: < 0, Known: null, Face: 0 }) placed.Face = next++;
        }

        return
        [
            .. Enumerable.Range(0, added.Faces.Length)
                .OrderBy(i => places[added.Faces[i].Set]).ThenBy(i => added.Faces[i].Row)
                .Select(i => Result(file, added, i, names)),
        ];
    }

    private static AddedFaceResult Result(CatalogueFile file, AddedFaces added, int i, Dictionary<long, string?> names)
    {
        var (face, placed) = (added.Faces[i], added.Original(i));
        return new AddedFaceResult(
            face.Set.Source, face.Set.RowOf(face.Row), face.Key, face.Photograph, placed.Known?.Face ?? placed.Face,
            placed.Cluster, NameOf(file, added, placed.Cluster, names),
            added.Placed[i].CopyOf < 0 ? placed.Outcome : AddedFaceOutcome.Known,
            added.Placed[i].CopyOf < 0 ? placed.Similarity : double.NaN);
    }

    private static string? NameOf(CatalogueFile file, AddedFaces added, long? cluster, Dictionary<long, string?> names)
    {
        if (cluster is not { } id) return null;
        if (names.TryGetValue(id, out var name)) return name;
        name = added.Deltas.GetValueOrDefault(id)?.Name ?? CatalogueQueries.NameOf(file, id);
        names.Add(id, name);
        return name;
    }
}
