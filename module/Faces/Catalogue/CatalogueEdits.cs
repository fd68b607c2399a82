using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// What people change in a catalogue: names, merges, splits, and which faces are whose. Each is one transaction, holds
/// against all later clustering, and can be taken back by <see cref="Undo"/> until the next. The word of a person about
/// single faces is the last one: it takes the place of what was said before. A merge of clusters that something tells
/// apart is refused unless it is forced.
/// </summary>
public static class CatalogueEdits
{
    /// <summary>Names clusters, or says whether they are of interest.</summary>
    /// <param name="path">The catalogue.</param>
    /// <param name="clusters">The clusters; one, where a name is given.</param>
    /// <param name="name">The name; empty for none, null to leave it.</param>
    /// <param name="ignored">Whether they are of no interest; null to leave it.</param>
    /// <param name="wait">How long is waited for another command.</param>
    /// <param name="context">Cancellation.</param>
    /// <exception cref="InputException">
    /// What <see cref="CatalogueFile.Open"/> throws; <c>ClusterNotFound</c>, <c>ClusterMerged</c>,
    /// <c>ClusterNameTaken</c>.
    /// </exception>
    public static void SetClusters(
        string path, IReadOnlyList<long> clusters, string? name, bool? ignored, TimeSpan wait, WorkContext context) =>
        Edit(path, "Set-FaceCluster", wait, context, edit =>
        {
            if (name?.Length > 0) ClusterNames.RequireFree(edit.File, clusters, name);
            foreach (var id in clusters)
            {
                var cluster = CatalogueQueries.RequireCluster(edit.File, id);
                edit.Change.SetCluster(id, name is null ? cluster.Name : name.Length == 0 ? null : name, ignored
                    ?? cluster.IsIgnored);
            }

            return true;
        });

    /// <summary>Makes one of some clusters.</summary>
    /// <param name="path">The catalogue.</param>
    /// <param name="clusters">Two clusters or more.</param>
    /// <param name="into">
    /// The one whose id and name stay; unless given it is the only one with a name, else that with the most faces, ties
    /// by the id.
    /// </param>
    /// <param name="force">Whether what tells them apart is forgotten.</param>
    /// <param name="wait">How long is waited for another command.</param>
    /// <param name="context">Cancellation.</param>
    /// <returns>The cluster that stays.</returns>
    /// <exception cref="InputException">
    /// As for <see cref="SetClusters"/>; <c>ClusterTooFew</c>, <c>ClusterNamesDiffer</c>, <c>ClusterApart</c>.
    /// </exception>
    public static long Merge(
        string path, IReadOnlyList<long> clusters, long? into, bool force, TimeSpan wait, WorkContext context) =>
        Edit(path, "Merge-FaceCluster", wait, context, edit =>
        {
            var all = clusters.Concat(into is { } id ? [id] : []).Distinct().Select(one =>
                CatalogueQueries.RequireCluster(edit.File, one)).ToList();
            if (all.Count < 2)
            {
                throw new InputException("ClusterTooFew", FaultKind.InvalidArgument,
                    "There are two clusters or more in a merge.", clusters);
            }

            var kept = into ?? ClusterNames.Keeper(all);
            if (force) ClusterConflicts.Forget(edit.File, all);
            else ClusterConflicts.RequireNone(edit.File, all);
            foreach (var cluster in all)
            {
                if (cluster.Cluster != kept) edit.Change.MergeCluster(cluster.Cluster, kept);
            }

            return kept;
        });

    /// <summary>Makes a new cluster of some faces of a cluster, or new ones of it by a tighter threshold.</summary>
    /// <param name="path">The catalogue.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="faces">The faces that leave it; empty to part it by <paramref name="threshold"/>.</param>
    /// <param name="threshold">The largest linkage distance within the parts; the part that a person put most faces
    /// into, else the largest, stays.</param>
    /// <param name="wait">How long is waited for another command.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <returns>The new clusters.</returns>
    /// <exception cref="InputException">
    /// As for <see cref="SetClusters"/>; <c>FaceNotFound</c>, <c>FaceNotInCluster</c>, <c>ClusterWouldBeEmpty</c>.
    /// </exception>
    public static IReadOnlyList<long> Split(
        string path, long cluster, IReadOnlyList<long> faces, double threshold, TimeSpan wait, WorkContext context) =>
        Edit(path, "Split-FaceCluster", wait, context, edit =>
        {
            CatalogueQueries.RequireCluster(edit.File, cluster);
            var parts = faces.Count > 0
                ? [faces.Distinct().ToArray()] : ClusterSplit.Parts(edit, cluster, threshold, context);
            var made = new List<long>();
            foreach (var part in parts)
            {
                made.Add(ClusterSplit.Take(edit, cluster, part, pinned: faces.Count > 0));
                foreach (var face in part) edit.Change.TellApart(0, face, cluster);
            }

            return made;
        });

    /// <summary>Says whose faces are.</summary>
    /// <param name="path">The catalogue.</param>
    /// <param name="faces">The faces.</param>
    /// <param name="verdict">What is said of them.</param>
    /// <param name="wait">How long is waited for another command.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <exception cref="InputException">
    /// As for <see cref="SetClusters"/>; <c>FaceNotFound</c>, <c>FaceIgnored</c>, <c>FaceSame</c>.
    /// </exception>
    public static void SetFaces(
        string path, IReadOnlyList<long> faces, FaceVerdict verdict, TimeSpan wait, WorkContext context) =>
        Edit(path, "Set-Face", wait, context, edit =>
        {
            var loose = new List<long>();
            foreach (var face in faces.Distinct())
            {
                var cluster = CatalogueQueries.RequireFace(edit.File, face);
                if (FaceVerdicts.Say(edit, face, cluster, verdict)) loose.Add(face);
            }

            // Those that belong to nobody now go where they would go if they came now.
            var alone = loose.ConvertAll(face => (face, CatalogueQueries.RequireFace(edit.File, face)!.Value));
            var plan = CatalogueReclustering.Plan(edit.File, edit.Settings, alone, context);
            CatalogueReclustering.Apply(edit.Change, alone, plan);
            return true;
        });

    /// <summary>Forgets faces.</summary>
    /// <exception cref="InputException">What <see cref="CatalogueFile.Open"/> throws; <c>FaceNotFound</c>.</exception>
    public static void RemoveFaces(string path, IReadOnlyList<long> faces, TimeSpan wait, WorkContext context) =>
        Edit(path, "Remove-Face", wait, context, edit =>
        {
            foreach (var face in faces.Distinct())
            {
                FaceMoves.Leave(edit, face, CatalogueQueries.RequireFace(edit.File, face));
                edit.Change.RemoveFace(face);
            }

            return true;
        });

    /// <summary>Takes the last command back; of which command and time it is, is returned.</summary>
    /// <exception cref="InputException">What <see cref="CatalogueFile.Open"/> throws;
    /// <c>CatalogueNothingToUndo</c>.</exception>
    public static (string Name, string Time) Undo(string path, bool apply, TimeSpan wait, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var file = CatalogueFile.Open(path, apply ? CatalogueUse.Write : CatalogueUse.Read, wait,
            context.Cancellation);
        return file.Guard(() =>
        {
            var undone = CatalogueChange.Undo(file, apply);
            if (apply) file.Commit();
            return undone;
        });
    }

    private static T Edit<T>(string path, string command, TimeSpan wait, WorkContext context, Func<CatalogueEdit, T> edit)
    {
        using var file = CatalogueFile.Open(path, CatalogueUse.Write, wait, context.Cancellation);
        return file.Guard(() =>
        {
            var settings = CatalogueSettings.Read(file);
            var result = edit(new CatalogueEdit(file, settings, new CatalogueChange(file, command, settings.Dimension)));
            file.Commit();
            return result;
        });
    }
}
