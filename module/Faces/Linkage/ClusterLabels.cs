namespace Thesis.Engine.Faces;

/// <summary>The numbering of clusters that every method here uses.</summary>
public static class ClusterLabels
{
    /// <summary>Numbers labels of which -1 is noise: each noise point is a cluster of one.</summary>
    /// <returns>Labels as of <see cref="BySize"/>, and which points are noise.</returns>
    public static (int[] Labels, bool[] Noise) WithNoise(ReadOnlySpan<int> labels)
    {
        var noise = new bool[labels.Length];
        var alone = new int[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            noise[i] = labels[i] < 0;
            alone[i] = noise[i] ? ~i : labels[i];
        }

        return (BySize(alone), noise);
    }

    /// <summary>Numbers any labels again: from 0 by falling size, ties by the smallest point.</summary>
    public static int[] BySize(ReadOnlySpan<int> labels)
    {
        var number = new Dictionary<int, int>();
        var sizes = new List<int>();
        var compact = new int[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            if (!number.TryGetValue(labels[i], out var label))
            {
                label = sizes.Count;
                number.Add(labels[i], label);
                sizes.Add(0);
            }

            sizes[label]++;
            compact[i] = label;
        }

        // Labels were given in the order of their first points, and the sort is stable: ties keep that order.
        var rank = new int[sizes.Count];
        var order = Enumerable.Range(0, sizes.Count).OrderByDescending(label => sizes[label]).ToArray();
        for (var r = 0; r < order.Length; r++) rank[order[r]] = r;
        for (var i = 0; i < compact.Length; i++) compact[i] = rank[compact[i]];
        return compact;
    }
}
