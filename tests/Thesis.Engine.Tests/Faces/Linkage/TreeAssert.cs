using Thesis.Engine.Faces;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Linkage;

/// <summary>What it means that two trees are the same.</summary>
internal static class TreeAssert
{
    // Heights are sums of float32 products; distances closer than this may change places.
    public const double Tolerance = 2e-6;

    /// <summary>The same heights, and the same partition at every cut that the tolerance cannot move.</summary>
    public static void Same(Dendrogram expected, Dendrogram actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Merges, actual.Merges);
        for (var t = 0; t < expected.Merges; t++) Assert.Equal(expected.Height[t], actual.Height[t], Tolerance);
        for (var merges = 0; merges <= expected.Merges; merges++)
        {
            if (IsFirm(expected, merges)) Assert.Equal(expected.CutAfter(merges), actual.CutAfter(merges));
        }
    }

    /// <summary>SciPy's numbering: parts before their whole, each used once, heights rising, sizes the sum of the parts.</summary>
    public static void Valid(Dendrogram tree) =>
        LinkageMatrix.ToTree(LinkageMatrix.From(tree), tree.Count, "the tree");

    private static bool IsFirm(Dendrogram tree, int merges) =>
        merges == 0 || merges == tree.Merges || tree.Height[merges] - tree.Height[merges - 1] > 2 * Tolerance;
}
