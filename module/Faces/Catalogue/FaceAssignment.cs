using System.Numerics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>A face that joins a cluster.</summary>
/// <param name="Place">The cluster's place among the sums; -1 where the face joins none.</param>
/// <param name="Similarity">The mean cosine similarity to its faces; NaN where it joins none.</param>
internal readonly record struct Assignment(int Place, double Similarity);

/// <summary>
/// Gives new faces to the clusters that are there: a face x joins the cluster of the largest mean cosine similarity x .
/// s / n that is at least <c>1 - threshold</c>, all by the sums before any of them joined. Where rules forbid some,
/// pairs of face and cluster are taken by falling similarity, ties by the face and then the cluster, each that is not
/// forbidden by then; so the result does not depend on the order of the faces where their numbers do not. Time is one
/// product of the faces with the clusters, O(M C D), whatever the number of faces in the clusters.
/// </summary>
internal static class FaceAssignment
{
    // A face that is forbidden so many clusters joins none.
    private const int MostCandidates = 64;

    // What the products of float32 may lack; each candidate is computed again in float64.
    private const float Slack = 1e-4f;

    /// <summary>Assigns faces.</summary>
    /// <param name="unit">M unit features.</param>
    /// <param name="clusters">The clusters.</param>
    /// <param name="threshold">The largest linkage distance, 1 - mean cosine similarity.</param>
    /// <param name="rules">What must not be joined; the faces that join a cluster are noted there.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    public static Assignment[] Assign(
        FeatureMatrix unit, ClusterSums clusters, double threshold, ApartRules rules, WorkContext context)
    {
        var assignments = new Assignment[unit.Count];
        Array.Fill(assignments, new Assignment(-1, double.NaN));
        var candidates = Candidates(unit, clusters, 1 - threshold, context);
        foreach (var (face, place, similarity) in candidates)
        {
            if (assignments[face].Place >= 0 || rules.Forbids(face, clusters.Ids[place])) continue;
            assignments[face] = new Assignment(place, similarity);
            rules.Join(face, clusters.Ids[place]);
        }

        return assignments;
    }

    // The clusters go by in blocks, and the faces stay where they are: they are few.
    private static List<(int Face, int Place, double Similarity)> Candidates(
        FeatureMatrix unit, ClusterSums clusters, double least, WorkContext context)
    {
        var found = new List<(int Face, int Place, double Similarity)>[unit.Count];
        for (var face = 0; face < found.Length; face++) found[face] = [];
        BlockProduct.ForEachRow(clusters.Sums, unit, "Assigning faces", context, (place, products) =>
        {
            var floor = (float)((least - Slack) * clusters.Faces[place]);
            for (var face = NextAtLeast(products, 0, floor); face >= 0; face = NextAtLeast(products, face + 1, floor))
            {
                var similarity = clusters.Similarity(place, unit.Row(face));
                if (similarity < least) continue;
                var own = found[face];
                lock (own)
                {
                    own.Add((face, place, similarity));
                    if (own.Count == 2 * MostCandidates) Shorten(own);
                }
            }
        });
        foreach (var own in found) Shorten(own);
        List<(int Face, int Place, double Similarity)> all = [.. found.SelectMany(own => own)];
        all.Sort(Compare);
        return all;
    }

    private static void Shorten(List<(int Face, int Place, double Similarity)> own)
    {
        own.Sort(Compare);
        if (own.Count > MostCandidates) own.RemoveRange(MostCandidates, own.Count - MostCandidates);
    }

    private static int Compare((int Face, int Place, double Similarity) a, (int Face, int Place, double Similarity) b)
    {
        var order = b.Similarity.CompareTo(a.Similarity);
        if (order == 0) order = a.Face.CompareTo(b.Face);
        return order == 0 ? a.Place.CompareTo(b.Place) : order;
    }

    // The first of the values from a place on that is as large as the floor; -1 where there is none.
    private static int NextAtLeast(ReadOnlySpan<float> values, int start, float floor)
    {
        var i = start;
        var floors = new Vector<float>(floor);
        while (i <= values.Length - Vector<float>.Count && !Vector.GreaterThanOrEqualAny(new Vector<float>(values[i..]), floors))
        {
            i += Vector<float>.Count;
        }

        for (; i < values.Length; i++)
        {
            if (values[i] >= floor) return i;
        }

        return -1;
    }
}
