namespace Thesis.Engine.Faces;

/// <summary>What the thresholds of a tree give.</summary>
internal static class CutCurve
{
    /// <summary>The clusters of one face that are left after each merge.</summary>
    public static int[] Singletons(Dendrogram tree)
    {
        var left = tree.Count;
        var singletons = new int[tree.Merges];
        for (var t = 0; t < singletons.Length; t++)
        {
            if (tree.Left[t] < tree.Count) left--;
            if (tree.Right[t] < tree.Count) left--;
            singletons[t] = left;
        }

        return singletons;
    }
}
