using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The pairs of a neighbour graph, one face in the list of the other, and the triangles that three of them make. Pairs are ordered by
/// their smaller face and then by their larger one; pair p is (<c>First[p]</c>, <c>Second[p]</c>).
/// </summary>
/// <param name="Count">N faces.</param>
/// <param name="First">The smaller face of each pair.</param>
/// <param name="Second">The larger face of each pair.</param>
/// <param name="Triangles">Three pairs a triangle.</param>
internal sealed record PairGraph(int Count, int[] First, int[] Second, int[] Triangles)
{
    // Three pairs and three messages.
    private const int BytesOfTriangle = 3 * (sizeof(int) + sizeof(float));

    /// <summary>The pairs and triangles of neighbour lists: O(N k^2) time and memory at most, for lists of k.</summary>
    /// <exception cref="InputException">
    /// <c>ArrayTooLong</c>, <c>MemoryInsufficient</c>: the triangles, with a message for each of their pairs.
    /// </exception>
    public static PairGraph From(NeighbourLists lists, WorkContext context)
    {
        var keys = Keys(lists);
        var (first, second) = (new int[keys.Length], new int[keys.Length]);
        var starts = new int[lists.Count + 1];
        for (var p = 0; p < keys.Length; p++)
        {
            (first[p], second[p]) = ((int)(keys[p] >> 32), (int)(uint)keys[p]);
            starts[first[p] + 1] = p + 1;
        }

        for (var i = 0; i < lists.Count; i++) starts[i + 1] = Math.Max(starts[i], starts[i + 1]);

        // Once to count and once to write: where each face's triangles go does not depend on the threads.
        var places = new long[lists.Count + 1];
        RowParallel.For(lists.Count, context, i => places[i + 1] = Close(i, second, starts, null, 0));
        for (var i = 0; i < lists.Count; i++) places[i + 1] += places[i];
        var (what, advice) = ($"{places[^1]} triangles of neighbours", "Ask for shorter lists: -RankCount.");
        var length = MemoryPlan.ArrayLength(places[^1], 3, what, advice);
        MemoryPlan.Require((double)places[^1] * BytesOfTriangle, what, advice);
        var triangles = new int[length];
        RowParallel.For(lists.Count, context, i => Close(i, second, starts, triangles, 3 * places[i]));
        return new PairGraph(lists.Count, first, second, triangles);
    }

    // Each pair once, the smaller face in the upper half.
    private static ulong[] Keys(NeighbourLists lists)
    {
        var keys = new ulong[lists.Count * (lists.Length - 1)];
        var at = 0;
        for (var i = 0; i < lists.Count; i++)
        {
            foreach (var j in lists.Of(i)[1..]) keys[at++] = ((ulong)Math.Min(i, j) << 32) | (uint)Math.Max(i, j);
        }

        Array.Sort(keys);
        var kept = 0;
        for (var p = 0; p < keys.Length; p++)
        {
            if (p == 0 || keys[p] != keys[p - 1]) keys[kept++] = keys[p];
        }

        return keys[..kept];
    }

    // The triangles i < j < k: k is a larger neighbour both of i and of j. Counts them, and writes them where they are wanted.
    private static long Close(int i, int[] second, int[] starts, int[]? triangles, long at)
    {
        var count = 0L;
        for (var ij = starts[i]; ij < starts[i + 1]; ij++)
        {
            var j = second[ij];
            var (ik, jk) = (ij + 1, starts[j]);
            while (ik < starts[i + 1] && jk < starts[j + 1])
            {
                if (second[ik] == second[jk])
                {
                    if (triangles is not null) (triangles[at++], triangles[at++], triangles[at++]) = (ij, ik, jk);
                    count++;
                    ik++;
                    jk++;
                }
                else if (second[ik] < second[jk])
                {
                    ik++;
                }
                else
                {
                    jk++;
                }
            }
        }

        return count;
    }
}
