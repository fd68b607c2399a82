using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Parts a cluster.</summary>
internal static class ClusterSplit
{
    /// <summary>Makes a cluster of some faces of another; its id.</summary>
    /// <exception cref="InputException"><c>FaceNotFound</c>, <c>FaceNotInCluster</c>, <c>ClusterWouldBeEmpty</c>.</exception>
    public static long Take(CatalogueEdit edit, long cluster, long[] faces, bool pinned)
    {
        foreach (var face in faces)
        {
            if (CatalogueQueries.RequireFace(edit.File, face) == cluster) continue;
            throw new InputException(
                "FaceNotInCluster", FaultKind.InvalidArgument, $"Face {face} is not in cluster {cluster}.", face);
        }

        if (faces.Length == edit.File.Number("SELECT faces FROM cluster WHERE id = $0", cluster))
        {
            throw new InputException(
                "ClusterWouldBeEmpty", FaultKind.InvalidArgument,
                    $"These are all faces of cluster {cluster}: none would stay.", cluster);
        }

        var sum = new ClusterDelta(edit.Settings.Dimension);
        foreach (var face in faces) sum.Add(CatalogueQueries.Feature(edit.File, face, edit.Settings.Dimension), 1);
        var id = CatalogueChange.LastId(edit.File, "cluster") + 1;
        edit.Change.AddCluster(id, null, sum.Sum, sum.Faces);
        edit.Change.ChangeSum(cluster, Array.ConvertAll(sum.Sum, value => -value), -sum.Faces);
        foreach (var face in faces) edit.Change.PlaceFace(face, id, pinned);
        return id;
    }

    /// <summary>The faces that leave a cluster by a tighter threshold, those of each new cluster together.</summary>
    public static List<long[]> Parts(CatalogueEdit edit, long cluster, double threshold, WorkContext context)
    {
        var faces = edit.File.Rows(
            "SELECT id, pinned FROM face WHERE cluster = $0 ORDER BY hash", row =>
                (Id: row.GetInt64(0), IsPinned: row.GetInt64(1) != 0), cluster);
        var unit = CatalogueQueries.Features(edit.File, faces.ConvertAll(face => face.Id), edit.Settings.Dimension, context);
        var labels = CatalogueReclustering.Link(unit, threshold, context);
        var parts = Enumerable.Range(0, faces.Count).GroupBy(face => labels[face])
            .OrderByDescending(part => part.Count(face => faces[face].IsPinned)).ThenByDescending(part =>
                part.Count()).ThenBy(part => part.Key);
        return [.. parts.Skip(1).Select(part =>
            part.Where(face => !faces[face].IsPinned).Select(face => faces[face].Id).ToArray()).Where(part =>
                part.Length > 0)];
    }
}
