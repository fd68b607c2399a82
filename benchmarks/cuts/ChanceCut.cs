using Thesis.Engine.Faces;

namespace Thesis.Cuts;

/// <summary>
/// The operating point of faces whose people are unknown: merges are taken in their order until one could be chance. At
/// the height h of a merge of two among K clusters, another person's cluster is expected within h of a given one
/// (K - 1) P(d &lt; h) times, with P the distances of two people's faces; a merge is taken while that is at most the level.
/// <para>
/// A cluster's mean scatters less than a face, so for large clusters the expectation is too high; the level is one for
/// faces that are alone. Where almost all pairs are of one person, P is that person's own, and little is merged.
/// </para>
/// </summary>
/// <param name="Merges">The merges that are taken.</param>
/// <param name="Threshold">The height of the last of them; negative infinity for none.</param>
internal sealed record ChanceCut(int Merges, double Threshold)
{
    // Of float32 distances.
    private const double Rounding = 1e-5;

    /// <summary>
    /// Finds the cut. Distances that are all one tell nothing of chance, and then only copies of one face are merged:
    /// faces that are no farther from another one than from themselves.
    /// </summary>
    /// <param name="tree">A tree of one merge or more.</param>
    /// <param name="unrelated">P, the distances of two people's faces.</param>
    /// <param name="self">The distance of a face from itself.</param>
    /// <param name="level">The times that another person's cluster may be met by chance.</param>
    public static ChanceCut Find(Dendrogram tree, UnrelatedDistances unrelated, double self, double level)
    {
        var merges = 0;
        while (merges < tree.Merges && IsTaken(merges)) merges++;
        return new ChanceCut(merges, merges == 0 ? double.NegativeInfinity : tree.Height[merges - 1]);

        bool IsTaken(int merge) => unrelated.Deviation < Rounding
            ? tree.Height[merge] <= self + Rounding
            : (tree.Count - merge - 1) * unrelated.ShareWithin(tree.Height[merge]) <= level;
    }
}
