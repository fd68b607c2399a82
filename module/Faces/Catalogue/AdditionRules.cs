namespace Thesis.Engine.Faces;

/// <summary>
/// What keeps faces that are added out of clusters: what people said, and that a photograph shows a person once.
/// </summary>
internal static class AdditionRules
{
    /// <summary>The rules of the faces that want a cluster.</summary>
    public static ApartRules Of(CatalogueFile file, AddedFaces added, List<int> fresh, bool allowSamePhotograph)
    {
        var rules = new ApartRules(added.Faces.Length);
        foreach (var i in fresh)
        {
            if (added.Placed[i].Known is not { } known) continue;
            foreach (var cluster in CatalogueQueries.ForbiddenClusters(file, known.Face)) rules.Forbid(i, cluster);
        }

        if (allowSamePhotograph) return rules;
        var photographs = fresh.Select(i => added.Faces[i].Photograph).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var gone = added.Placed.Where(placed => placed.Outcome == AddedFaceOutcome.Moved || placed.IsUnplaced)
            .Select(placed => placed.Known?.Face).ToHashSet();
        foreach (var photograph in photographs)
        {
            foreach (var (face, cluster) in CatalogueQueries.OfPhotograph(file, photograph))
            {
                if (!gone.Contains(face)) rules.AddToPhotograph(photograph, cluster);
            }
        }

        for (var i = 0; i < added.Faces.Length; i++)
        {
            if (added.Faces[i].Photograph is not { } photograph || !photographs.Contains(photograph)) continue;
            if (added.Original(i).Cluster is { } cluster) rules.AddToPhotograph(photograph, cluster);
            else rules.SetPhotograph(i, photograph);
        }

        return rules;
    }
}
