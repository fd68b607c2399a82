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

    private static List<(int Face, int Place, double Similarity)> Candidates(
        FeatureMatrix unit, ClusterSums clusters, double least, WorkContext context)
    {
        var floors = Array.ConvertAll(clusters.Faces, faces => (float)((least - Slack) * faces));
        var found = new List<(int Face, int Place, double Similarity)>();
        BlockProduct.ForEachRow(unit, clusters.Sums, "Assigning faces", context, (face, products) =>
        {
            var own = new List<(int Face, int Place, double Similarity)>();
            foreach (var place in AtLeast(products, floors))
            {
                var similarity = clusters.Similarity(place, unit.Row(face));
                if (similarity >= least) own.Add((face, place, similarity));
            }

            own.Sort(Compare);
            if (own.Count > MostCandidates) own.RemoveRange(MostCandidates, own.Count - MostCandidates);
            lock (found) found.AddRange(own);
        });
        found.Sort(Compare);
        return found;
    }

    private static int Compare((int Face, int Place, double Similarity) a, (int Face, int Place, double Similarity) b)
    {
        var order = b.Similarity.CompareTo(a.Similarity);
        if (order == 0) order = a.Face.CompareTo(b.Face);
        return order == 0 ? a.Place.CompareTo(b.Place) : order;
    }

    private static List<int> AtLeast(ReadOnlySpan<float> values, ReadOnlySpan<float> floors)
    {
        var places = new List<int>();
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            if (!Vector.GreaterThanOrEqualAny(new Vector<float>(values[i..]), new Vector<float>(floors[i..]))) continue;
            for (var k = i; k < i + Vector<float>.Count; k++)
            {
                if (values[k] >= floors[k]) places.Add(k);
            }
        }

        for (; i < values.Length; i++)
        {
            if (values[i] >= floors[i]) places.Add(i);
        }

        return places;
    }
}
