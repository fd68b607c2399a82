namespace Thesis.Engine.Faces;

/// <summary>Moves faces from one cluster to another, with the clusters' sums.</summary>
internal static class FaceMoves
{
    /// <summary>Puts a face into a cluster, because a person says so.</summary>
    public static void Put(CatalogueEdit edit, long face, long? cluster, long into)
    {
        if (cluster != into)
        {
            Leave(edit, face, cluster);
            edit.Change.ChangeSum(into, CatalogueQueries.Feature(edit.File, face, edit.Settings.Dimension), 1);
        }

        edit.File.Run("DELETE FROM apart WHERE kind = 0 AND face = $0 AND other = $1", face, into);
        edit.Change.PlaceFace(face, into, pinned: true);
    }

    /// <summary>Takes a face out of its cluster into one of its own; whether it is to be assigned anew.</summary>
    public static bool Loosen(CatalogueEdit edit, long face, long? cluster)
    {
        // A face that is alone already keeps its cluster.
        if (cluster is { } own && CatalogueQueries.RequireCluster(edit.File, own) is { Faces: 1, Name: null })
        {
            edit.Change.PlaceFace(face, own, pinned: false);
            return edit.File.Number("SELECT count(*) FROM apart WHERE kind = 0 AND face = $0 AND other = $1", face, own) == 0
                || Renew(edit, face, own);
        }

        return Renew(edit, face, cluster);
    }

    /// <summary>Takes a face out of its cluster's sum.</summary>
    public static void Leave(CatalogueEdit edit, long face, long? cluster)
    {
        if (cluster is not { } from) return;
        var feature = CatalogueQueries.Feature(edit.File, face, edit.Settings.Dimension);
        edit.Change.ChangeSum(from, Array.ConvertAll(feature, value => -value), -1);
    }

    private static bool Renew(CatalogueEdit edit, long face, long? cluster)
    {
        Leave(edit, face, cluster);
        var id = CatalogueChange.LastId(edit.File, "cluster") + 1;
        edit.Change.AddCluster(id, null, CatalogueQueries.Feature(edit.File, face, edit.Settings.Dimension), 1);
        edit.Change.PlaceFace(face, id, pinned: false);
        return true;
    }
}
