using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Clusterings that a dendrogram holds. Labels run from 0 by falling size, ties by the smallest point.</summary>
public static class DendrogramCut
{
    /// <summary>The clustering after all merges of at most this height.</summary>
    public static int[] CutByThreshold(this Dendrogram tree, double threshold)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var merges = 0;
        while (merges < tree.Merges && tree.Height[merges] <= threshold) merges++;
        return tree.CutAfter(merges);
    }

    /// <summary>The clustering with this many clusters; equal heights are taken apart in the order of the tree.</summary>
    /// <exception cref="InputException">
    /// <c>ClusterCountInvalid</c>: not from 1 to N, or fewer than the tree merges down to.
    /// </exception>
    public static int[] CutByCount(this Dendrogram tree, int clusters)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return tree.CutAfter(tree.MergesFor(clusters));
    }

    /// <summary>The height of the last merge that leaves this many clusters; the lowest number for none.</summary>
    /// <exception cref="InputException"><c>ClusterCountInvalid</c>, as for <see cref="CutByCount"/>.</exception>
    public static double HeightOfCount(this Dendrogram tree, int clusters)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var merges = tree.MergesFor(clusters);
        return merges == 0 ? double.NegativeInfinity : tree.Height[merges - 1];
    }

    /// <summary>The clustering after the first merges.</summary>
    public static int[] CutAfter(this Dendrogram tree, int merges)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var parent = new int[tree.Count + merges];
        for (var i = 0; i < parent.Length; i++) parent[i] = i;
        for (var t = 0; t < merges; t++) parent[tree.Left[t]] = parent[tree.Right[t]] = tree.Count + t;
        for (var i = parent.Length - 1; i >= 0; i--) parent[i] = parent[parent[i]];
        return ClusterLabels.BySize(parent.AsSpan(0, tree.Count));
    }

    private static int MergesFor(this Dendrogram tree, int clusters)
    {
        var merges = tree.Count - clusters;
        if (clusters >= 1 && merges >= 0 && merges <= tree.Merges) return merges;
        throw new InputException(
            "ClusterCountInvalid", FaultKind.InvalidArgument,
            $"{tree.Count} points in a tree of {tree.Merges} merges cannot make {clusters} clusters.", clusters);
    }
}
