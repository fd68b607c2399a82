using System.Numerics.Tensors;
using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>
/// The clusters of a running linkage: each alive slot holds the mean row of a cluster, its size and one of its points.
/// A merge leaves a dead slot behind that points to the slot it went into; <see cref="Compact"/> takes the dead out.
/// </summary>
internal sealed class ClusterRows
{
    // A quarter of the slots being dead, the living move down; half of the array being free, they move into a smaller one.
    private const int LeastUse = 2;

    private readonly int _dimension;
    private readonly bool _paired;
    private float[] _rows;
    private double[] _sizes;
    private int[] _points;
    private int[] _mergedInto;

    /// <summary>One cluster a point.</summary>
    public ClusterRows(BilinearSimilarity similarity)
    {
        _dimension = similarity.Rows.Dimension;
        _paired = similarity.Paired;
        _rows = similarity.Rows.Values.AsSpan(0, similarity.Count * _dimension).ToArray();
        _sizes = new double[similarity.Count];
        _points = new int[similarity.Count];
        _mergedInto = new int[similarity.Count];
        for (var i = 0; i < similarity.Count; i++)
        {
            _sizes[i] = 1;
            _points[i] = i;
            _mergedInto[i] = i;
        }

        Slots = Alive = similarity.Count;
    }

    /// <summary>Whether rows are pairs (<see cref="BilinearSimilarity"/>).</summary>
    public bool Paired => _paired;

    /// <summary>Slots, the dead ones included.</summary>
    public int Slots { get; private set; }

    /// <summary>Clusters.</summary>
    public int Alive { get; private set; }

    /// <summary>A cluster's mean row.</summary>
    public ReadOnlySpan<float> Row(int slot) => _rows.AsSpan(slot * _dimension, _dimension);

    /// <summary>A point of a cluster.</summary>
    public int Point(int slot) => _points[slot];

    /// <summary>The points of a cluster.</summary>
    public double Size(int slot) => _sizes[slot];

    /// <summary>The sizes of the clusters; to be called when there are no dead slots.</summary>
    public double[] Sizes() => _sizes.AsSpan(0, Slots).ToArray();

    /// <summary>Whether a slot holds a cluster.</summary>
    public bool IsAlive(int slot) => _mergedInto[slot] == slot;

    /// <summary>The slot into which a slot's cluster went in the last round; itself when it is alive.</summary>
    public int MergedInto(int slot) => _mergedInto[slot];

    /// <summary>The average linkage similarity of two clusters, the same in both directions to the last bit.</summary>
    public float Between(int a, int b) => BilinearSimilarity.Of(Row(a), Row(b), _paired);

    /// <summary>All slots as rows of a product; dead ones hold their last mean.</summary>
    public FeatureMatrix Matrix() => FeatureMatrix.FirstOf(_rows, Slots, _dimension);

    /// <summary>The clusters as a similarity; to be called when there are no dead slots.</summary>
    public BilinearSimilarity Similarity() => new(Matrix(), _paired);

    /// <summary>
    /// Some rows as the left side of a product with <see cref="Matrix"/>; for paired rows their halves are swapped, and
    /// the product is twice the similarity.
    /// </summary>
    public FeatureMatrix Left(ReadOnlySpan<int> slots)
    {
        var left = new float[slots.Length * _dimension];
        for (var i = 0; i < slots.Length; i++)
        {
            var target = left.AsSpan(i * _dimension, _dimension);
            if (_paired) BilinearSimilarity.SwapHalves(Row(slots[i]), target);
            else Row(slots[i]).CopyTo(target);
        }

        return new FeatureMatrix(left, slots.Length, _dimension);
    }

    /// <summary>Merges the cluster of slot <paramref name="gone"/> into that of slot <paramref name="kept"/>.</summary>
    public void Merge(int kept, int gone)
    {
        var share = (float)(_sizes[gone] / (_sizes[kept] + _sizes[gone]));
        var row = _rows.AsSpan(kept * _dimension, _dimension);
        TensorPrimitives.Multiply(row, 1 - share, row);
        TensorPrimitives.MultiplyAdd(Row(gone), share, row, row);
        MergeEqual(kept, gone);
    }

    /// <summary>Merges a cluster whose row is the same.</summary>
    public void MergeEqual(int kept, int gone)
    {
        _sizes[kept] += _sizes[gone];
        _mergedInto[gone] = kept;
        Alive--;
    }

    /// <summary>Takes the dead slots out; the rows that stay move down, so no second copy of them is held.</summary>
    /// <returns>The new slot of each old one, -1 for the dead; null when there was nothing to do.</returns>
    public int[]? Compact()
    {
        if (Alive == Slots) return null;
        var moved = new int[Slots];
        var next = 0;
        for (var slot = 0; slot < Slots; slot++)
        {
            moved[slot] = -1;
            if (!IsAlive(slot)) continue;
            Row(slot).CopyTo(_rows.AsSpan(next * _dimension));
            _sizes[next] = _sizes[slot];
            _points[next] = _points[slot];
            moved[slot] = next++;
        }

        if (next * LeastUse <= _sizes.Length)
        {
            Array.Resize(ref _rows, next * _dimension);
            Array.Resize(ref _sizes, next);
            Array.Resize(ref _points, next);
        }

        _mergedInto = [.. Enumerable.Range(0, next)];
        Slots = next;
        return moved;
    }
}
