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
    private CutUnits _units = Faces(unit, tree, onCosines);
    private int _merges;

    /// <summary>The unit rows.</summary>
    public FeatureMatrix Unit => unit;

    /// <summary>The tree over them.</summary>
    public Dendrogram Tree => tree;

    /// <summary>The units after some merges; fewer than the time before begin anew.</summary>
    public CutUnits After(int merges)
    {
        if (merges < _merges) (_units, _merges) = (Faces(unit, tree, onCosines), 0);
        if (merges > _merges) _units = _units.After(merges - _merges);
        _merges = merges;
        return _units;
    }

    private static CutUnits Faces(FeatureMatrix unit, Dendrogram tree, bool onCosines)
    {
        var (faces, first) = (new int[tree.Count], new int[tree.Count]);
        for (var i = 0; i < faces.Length; i++) (faces[i], first[i]) = (1, i);
        return new CutUnits(unit, tree.Left, tree.Right, tree.Height, faces, first) { IsOnCosines = onCosines };
    }
}
