using System.Globalization;
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
        Edit(path, "Set-FaceCluster", wait, context, (file, _, change) =>
        {
            if (name?.Length > 0) RequireFreeName(file, clusters, name);
            foreach (var id in clusters)
            {
                var cluster = CatalogueQueries.RequireCluster(file, id);
                change.SetCluster(id, name is null ? cluster.Name : name.Length == 0 ? null : name, ignored
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
        Edit(path, "Merge-FaceCluster", wait, context, (file, _, change) =>
        {
            var all = clusters.Concat(into is { } id ? [id] : []).Distinct().Select(one =>
                CatalogueQueries.RequireCluster(file, one)).ToList();
            if (all.Count < 2)
            {
                throw new InputException("ClusterTooFew", FaultKind.InvalidArgument,
                    "There are two clusters or more in a merge.", clusters);
            }

            var kept = into ?? Keeper(all);
            if (force) ClusterConflicts.Forget(file, all);
            else ClusterConflicts.RequireNone(file, all);
            foreach (var cluster in all)
            {
                if (cluster.Cluster != kept) change.MergeCluster(cluster.Cluster, kept);
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
        Edit(path, "Split-FaceCluster", wait, context, (file, settings, change) =>
        {
            CatalogueQueries.RequireCluster(file, cluster);
            var parts = faces.Count > 0 ? [faces.Distinct().ToArray()] : Parts(file, settings, cluster, threshold, context);
            var made = new List<long>();
            foreach (var part in parts)
            {
                made.Add(Take(file, settings, change, cluster, part, pinned: faces.Count > 0));
                foreach (var face in part) change.TellApart(0, face, cluster);
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
        Edit(path, "Set-Face", wait, context, (file, settings, change) =>
        {
            var loose = new List<long>();
            foreach (var face in faces.Distinct())
            {
                var cluster = CatalogueQueries.RequireFace(file, face);
                if (Say(file, settings, change, face, cluster, verdict)) loose.Add(face);
            }

            // Those that belong to nobody now go where they would go if they came now.
            var alone = loose.ConvertAll(face => (face, CatalogueQueries.RequireFace(file, face)!.Value));
            CatalogueReclustering.Apply(change, alone, CatalogueReclustering.Plan(file, settings, alone, context));
            return true;
        });

    /// <summary>Forgets faces.</summary>
    /// <exception cref="InputException">What <see cref="CatalogueFile.Open"/> throws; <c>FaceNotFound</c>.</exception>
    public static void RemoveFaces(string path, IReadOnlyList<long> faces, TimeSpan wait, WorkContext context) =>
        Edit(path, "Remove-Face", wait, context, (file, settings, change) =>
        {
            foreach (var face in faces.Distinct())
            {
                Leave(file, settings, change, face, CatalogueQueries.RequireFace(file, face));
                change.RemoveFace(face);
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

    private static T Edit<T>(
        string path, string command, TimeSpan wait, WorkContext context, Func<CatalogueFile, CatalogueSettings,
            CatalogueChange, T> edit)
    {
        using var file = CatalogueFile.Open(path, CatalogueUse.Write, wait, context.Cancellation);
        return file.Guard(() =>
        {
            var settings = CatalogueSettings.Read(file);
            var result = edit(file, settings, new CatalogueChange(file, command, settings.Dimension));
            file.Commit();
            return result;
        });
    }

    // Whether the face is to be assigned anew.
    private static bool Say(
        CatalogueFile file, CatalogueSettings settings, CatalogueChange change, long face, long? cluster,
            FaceVerdict verdict)
    {
        switch (verdict)
        {
            case FaceVerdict.InCluster(var into):
                CatalogueQueries.RequireCluster(file, into);
                Put(file, settings, change, face, cluster, into);
                return false;
            case FaceVerdict.SameAs(var other):
                var others = RequireOther(file, face, other);
                file.Run("DELETE FROM apart WHERE kind = 1 AND ((face = $0 AND other = $1) OR (face = $1 AND other = $0))", face, other);
                Put(file, settings, change, face, cluster, others);
                change.PlaceFace(other, others, pinned: true);
                return false;
            case FaceVerdict.NotInCluster(var not):
                CatalogueQueries.RequireCluster(file, not);
                change.TellApart(0, face, not);
                return cluster == not && Loosen(file, settings, change, face, cluster);
            case FaceVerdict.DifferentFrom(var other):
                var theirs = RequireOther(file, face, other);
                change.TellApart(1, face, other);
                return cluster == theirs && Loosen(file, settings, change, face, cluster);
            case FaceVerdict.Ignored:
                Leave(file, settings, change, face, cluster);
                change.PlaceFace(face, null, pinned: true);
                return false;
            default:
                return Loosen(file, settings, change, face, cluster);
        }
    }

    private static long RequireOther(CatalogueFile file, long face, long other)
    {
        if (face == other)
        {
            throw new InputException("FaceSame", FaultKind.InvalidArgument, $"Face {face} is compared with itself.", face);
        }

        return CatalogueQueries.RequireFace(file, other) ?? throw new InputException(
            "FaceIgnored", FaultKind.InvalidArgument, $"Face {other} is ignored, and of no cluster.", other);
    }

    private static void Put(
        CatalogueFile file, CatalogueSettings settings, CatalogueChange change, long face, long? cluster, long into)
    {
        if (cluster != into)
        {
            Leave(file, settings, change, face, cluster);
            change.ChangeSum(into, CatalogueQueries.Feature(file, face, settings.Dimension), 1);
        }

        file.Run("DELETE FROM apart WHERE kind = 0 AND face = $0 AND other = $1", face, into);
        change.PlaceFace(face, into, pinned: true);
    }

    // A face that is alone already keeps its cluster.
    private static bool Loosen(CatalogueFile file, CatalogueSettings settings, CatalogueChange change, long face,
        long? cluster)
    {
        if (cluster is { } own && CatalogueQueries.RequireCluster(file, own) is { Faces: 1, Name: null })
        {
            change.PlaceFace(face, own, pinned: false);
            return file.Number("SELECT count(*) FROM apart WHERE kind = 0 AND face = $0 AND other = $1", face, own) == 0
                || Renew(file, settings, change, face, own);
        }

        return Renew(file, settings, change, face, cluster);
    }

    private static bool Renew(CatalogueFile file, CatalogueSettings settings, CatalogueChange change, long face,
        long? cluster)
    {
        Leave(file, settings, change, face, cluster);
        var id = CatalogueChange.LastId(file, "cluster") + 1;
        change.AddCluster(id, null, CatalogueQueries.Feature(file, face, settings.Dimension), 1);
        change.PlaceFace(face, id, pinned: false);
        return true;
    }

    private static void Leave(CatalogueFile file, CatalogueSettings settings, CatalogueChange change, long face,
        long? cluster)
    {
        if (cluster is not { } from) return;
        var feature = CatalogueQueries.Feature(file, face, settings.Dimension);
        change.ChangeSum(from, Array.ConvertAll(feature, value => -value), -1);
    }

    private static long Take(
        CatalogueFile file, CatalogueSettings settings, CatalogueChange change, long cluster, long[] faces, bool pinned)
    {
        foreach (var face in faces)
        {
            if (CatalogueQueries.RequireFace(file, face) == cluster) continue;
            throw new InputException(
                "FaceNotInCluster", FaultKind.InvalidArgument, $"Face {face} is not in cluster {cluster}.", face);
        }

        if (faces.Length == file.Number("SELECT faces FROM cluster WHERE id = $0", cluster))
        {
            throw new InputException(
                "ClusterWouldBeEmpty", FaultKind.InvalidArgument,
                    $"These are all faces of cluster {cluster}: none would stay.", cluster);
        }

        var sum = new ClusterDelta(settings.Dimension);
        foreach (var face in faces) sum.Add(CatalogueQueries.Feature(file, face, settings.Dimension), 1);
        var id = CatalogueChange.LastId(file, "cluster") + 1;
        change.AddCluster(id, null, sum.Sum, sum.Faces);
        change.ChangeSum(cluster, Array.ConvertAll(sum.Sum, value => -value), -sum.Faces);
        foreach (var face in faces) change.PlaceFace(face, id, pinned);
        return id;
    }

    private static List<long[]> Parts(
        CatalogueFile file, CatalogueSettings settings, long cluster, double threshold, WorkContext context)
    {
        var faces = file.Rows(
            "SELECT id, pinned FROM face WHERE cluster = $0 ORDER BY hash", row =>
                (Id: row.GetInt64(0), IsPinned: row.GetInt64(1) != 0), cluster);
        var unit = CatalogueQueries.Features(file, faces.ConvertAll(face => face.Id), settings.Dimension, context);
        var labels = CatalogueReclustering.Link(unit, threshold, context);
        var parts = Enumerable.Range(0, faces.Count).GroupBy(face => labels[face])
            .OrderByDescending(part => part.Count(face => faces[face].IsPinned)).ThenByDescending(part =>
                part.Count()).ThenBy(part => part.Key);
        return [.. parts.Skip(1).Select(part =>
            part.Where(face => !faces[face].IsPinned).Select(face => faces[face].Id).ToArray()).Where(part =>
                part.Length > 0)];
    }

    private static long Keeper(List<CatalogueCluster> clusters)
    {
        var names = clusters.Where(cluster => cluster.Name is not null).ToList();
        if (names.Count > 1)
        {
            throw new InputException(
                "ClusterNamesDiffer", FaultKind.InvalidArgument,
                $"Two of these clusters have names, '{names[0].Name}' and '{names[1].Name}': -Into says which one stays.",
                    names[1].Cluster);
        }

        return names is [var named] ? named.Cluster
            : clusters.OrderByDescending(cluster => cluster.Faces).ThenBy(cluster => cluster.Cluster).First().Cluster;
    }

    private static void RequireFreeName(CatalogueFile file, IReadOnlyList<long> clusters, string name)
    {
        if (clusters.Count != 1)
        {
            throw new InputException(
                "ClusterNameTaken", FaultKind.InvalidArgument,
                    $"{clusters.Count} clusters cannot all be '{name}'. Merge-FaceCluster makes one of them.", name);
        }

        if (!CatalogueQueries.Names(file).TryGetValue(name, out var taken) || taken == clusters[0]) return;
        throw new InputException(
            "ClusterNameTaken", FaultKind.AlreadyExists,
            string.Create(CultureInfo.InvariantCulture,
                $"Cluster {taken} is '{name}' already. Merge-FaceCluster makes one of it and cluster {clusters[0]}."), name);
    }
}
