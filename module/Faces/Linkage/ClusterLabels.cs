namespace Thesis.Engine.Faces;

/// <summary>The numbering of clusters that every method here uses.</summary>
public static class ClusterLabels
{
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
