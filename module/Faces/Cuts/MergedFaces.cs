using System.Runtime.InteropServices;
using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>
/// The clusters of a tree after more and more of its merges: what was merged for one stage is not merged again for the next.
/// </summary>
/// <param name="unit">N unit rows.</param>
/// <param name="tree">The tree over them.</param>
/// <param name="onCosines">Whether its heights are mean cosine distances.</param>
internal sealed class MergedFaces(FeatureMatrix unit, Dendrogram tree, bool onCosines)
{
    private readonly bool[] _gone = new bool[tree.Count + tree.Merges];
    private RunningSums? _sums;
    private int _merges;

    /// <summary>The unit rows.</summary>
    public FeatureMatrix Unit => unit;

    /// <summary>The tree over them.</summary>
    public Dendrogram Tree => tree;

    /// <summary>The units after some merges, no fewer than the time before.</summary>
    public CutUnits After(int merges)
    {
        if (merges == 0)
        {
            return new CutUnits(unit, tree.Left, tree.Right, tree.Height, [.. Enumerable.Repeat(1, tree.Count)])
            {
                IsOnCosines = onCosines,
            };
        }

        _sums ??= new RunningSums(unit);
        for (; _merges < merges; _merges++)
        {
            var (left, right) = (tree.Left[_merges], tree.Right[_merges]);
            _sums.Join(left, right, tree.Count + _merges);
            _gone[left] = _gone[right] = true;
        }

        var number = new int[tree.Count + merges];
        var kept = new List<int>(tree.Count - merges);
        for (var node = 0; node < number.Length; node++)
        {
            if (_gone[node]) continue;
            number[node] = kept.Count;
            kept.Add(node);
        }

        return new CutUnits(
            _sums.Directions(CollectionsMarshal.AsSpan(kept)), Above(tree.Left), Above(tree.Right), tree.Height[merges..],
            [.. kept.Select(node => node < tree.Count ? 1 : tree.Size[node - tree.Count])]);

        int[] Above(int[] children) =>
            [.. children.Skip(merges).Select(c => c < number.Length ? number[c] : c - number.Length + kept.Count)];
    }
}
