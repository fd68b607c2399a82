using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Average linkage up to a threshold, some pairs of faces never in one cluster (Davidson and Ravi 2005): of the pairs of
/// clusters that are not forbidden the nearest is merged, until none lies within the threshold. A cluster is forbidden
/// another when a face of the one is forbidden a face of the other. For the few faces of a cluster that breaks a rule:
/// O(N^2) memory and, mostly, O(N^2) time.
/// </summary>
internal static class ConstrainedLinkage
{
    private const float Forbidden = float.NegativeInfinity;

    /// <summary>The groups of some faces whose clusters break no rule.</summary>
    /// <param name="unit">All unit features.</param>
    /// <param name="labels">The clusters that were found without rules.</param>
    /// <param name="threshold">The largest linkage distance.</param>
    /// <param name="rules">What must not be joined.</param>
    /// <param name="context">Cancellation.</param>
    public static List<int[]> Groups(FeatureMatrix unit, int[] labels, double threshold, ApartRules rules,
        WorkContext context)
    {
        var groups = new List<int[]>();
        foreach (var group in Enumerable.Range(0, labels.Length).GroupBy(face => labels[face]))
        {
            int[] faces = [.. group];
            if (rules.AreBroken(faces)) groups.AddRange(Split(unit, faces, threshold, rules, context));
            else groups.Add(faces);
        }

        return groups;
    }

    private static IEnumerable<int[]> Split(
        FeatureMatrix unit, int[] faces, double threshold, ApartRules rules, WorkContext context)
    {
        MemoryPlan.Require(
            (double)faces.Length * faces.Length * sizeof(float), $"The similarities of {faces.Length} faces that rules part",
            "A tighter threshold makes smaller clusters.");
        var matrix = Similarities(unit.Gather(faces), faces, rules, context);
        var members = Array.ConvertAll(faces, face => new List<int> { face });
        var alive = Enumerable.Range(0, faces.Length).ToList();
        var nearest = new int[faces.Length];
        foreach (var i in alive) nearest[i] = Nearest(matrix[i], alive, i);
        while (alive.Count > 1)
        {
            context.ThrowIfCancelled();
            var best = alive.MaxBy(i => nearest[i] < 0 ? Forbidden : matrix[i][nearest[i]]);
            if (nearest[best] < 0 || matrix[best][nearest[best]] < 1 - threshold) break;
            var (a, b) = (Math.Min(best, nearest[best]), Math.Max(best, nearest[best]));
            Merge(matrix, alive, members, a, b);
            foreach (var i in alive)
            {
                // What a and b were nearest to may be nearer to another now.
                if (i == a || nearest[i] == a || nearest[i] == b) nearest[i] = Nearest(matrix[i], alive, i);
            }
        }

        return alive.Select(i => members[i].Order().ToArray());
    }

    private static float[][] Similarities(FeatureMatrix unit, int[] faces, ApartRules rules, WorkContext context)
    {
        var matrix = new float[faces.Length][];
        BlockProduct.ForEachRow(unit, unit, "Parting faces", context, (row, values) =>
        {
            for (var k = 0; k < faces.Length; k++)
            {
                if (k != row && rules.ForbidsPair(faces[row], faces[k])) values[k] = Forbidden;
            }

            matrix[row] = values.ToArray();
        });
        return matrix;
    }

    private static void Merge(float[][] matrix, List<int> alive, List<int>[] members, int a, int b)
    {
        var (na, nb) = ((float)members[a].Count, (float)members[b].Count);
        alive.Remove(b);
        foreach (var i in alive)
        {
            if (i == a) continue;
            matrix[a][i] = matrix[i][a] = ((na * matrix[a][i]) + (nb * matrix[b][i])) / (na + nb);
        }

        members[a].AddRange(members[b]);
    }

    private static int Nearest(float[] similarities, List<int> alive, int self)
    {
        var (nearest, best) = (-1, Forbidden);
        foreach (var other in alive)
        {
            if (other == self || similarities[other] <= best) continue;
            (nearest, best) = (other, similarities[other]);
        }

        return nearest;
    }
}
