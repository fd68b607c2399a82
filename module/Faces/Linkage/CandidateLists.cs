namespace Thesis.Engine.Faces;

/// <summary>
/// For each cluster a list of candidates, the similarity to each, and a bound: no cluster outside the list is more
/// similar than that.
/// </summary>
internal sealed class CandidateLists
{
    private readonly int[] _unionIndex;
    private readonly float[] _unionValue;
    private readonly int[] _index;
    private readonly float[] _value;
    private readonly int[] _count;

    /// <summary>Empty lists, whose bound is infinite.</summary>
    public CandidateLists(int slots, int length)
    {
        Length = length;
        _index = new int[slots * length];
        _value = new float[slots * length];
        _count = new int[slots];
        Bound = new float[slots];
        Array.Fill(Bound, float.PositiveInfinity);
        _unionIndex = new int[2 * length];
        _unionValue = new float[2 * length];
    }

    /// <summary>The most candidates a cluster has.</summary>
    public int Length { get; }

    /// <summary>The bound of each cluster.</summary>
    public float[] Bound { get; }

    /// <summary>The best candidate, ties by the smaller slot; -1 with negative infinity for an empty list.</summary>
    public (int Slot, float Similarity) Best(int slot)
    {
        var best = -1;
        var similarity = float.NegativeInfinity;
        var at = slot * Length;
        for (var q = at; q < at + _count[slot]; q++)
        {
            if (_value[q] > similarity || (_value[q] == similarity && _index[q] < best))
            {
                (best, similarity) = (_index[q], _value[q]);
            }
        }

        return (best, similarity);
    }

    /// <summary>
    /// Makes a list anew from a row of the product over all slots, in which dead slots are negative infinity. The
    /// values are computed again, one by one, so that a pair has the same value in both its lists.
    /// </summary>
    public void Scan(int slot, Span<float> product, ClusterRows clusters)
    {
        var at = slot * Length;
        var indices = _index.AsSpan(at, Length);
        var values = _value.AsSpan(at, Length);
        var found = new TopSelector(values, indices).Select(product, slot);
        while (found > 0 && float.IsNegativeInfinity(values[found - 1])) found--;
        Settle(slot, found, clusters);
    }

    /// <summary>Makes a list anew from the most similar clusters, as <see cref="Scan"/> would find them.</summary>
    public void Take(int slot, ReadOnlySpan<ulong> neighbours, ClusterRows clusters)
    {
        var indices = _index.AsSpan(slot * Length, neighbours.Length);
        for (var q = 0; q < neighbours.Length; q++) indices[q] = SimilarityKey.Index(neighbours[q]);
        Settle(slot, neighbours.Length, clusters);
    }

    private void Settle(int slot, int found, ClusterRows clusters)
    {
        var indices = _index.AsSpan(slot * Length, found);
        var values = _value.AsSpan(slot * Length, found);
        _count[slot] = found;
        var least = float.PositiveInfinity;
        for (var q = 0; q < found; q++)
        {
            values[q] = clusters.Between(slot, indices[q]);
            least = MathF.Min(least, values[q]);
        }

        // A list that is not full holds every other cluster.
        Bound[slot] = found < Length ? float.NegativeInfinity : least;
    }

    /// <summary>
    /// Follows candidates that were merged in the last round, drops those that became the same, and computes again
    /// what changed.
    /// </summary>
    public void Refresh(int slot, ClusterRows clusters, bool[] changed)
    {
        if (!changed[slot] && !HasChanged(slot, clusters, changed)) return;
        var at = slot * Length;
        var kept = 0;
        for (var q = 0; q < _count[slot]; q++)
        {
            var now = clusters.MergedInto(_index[at + q]);
            if (now == slot || _index.AsSpan(at, kept).Contains(now)) continue;
            _value[at + kept] = changed[slot] || changed[now] ? clusters.Between(slot, now) : _value[at + q];
            _index[at + kept] = now;
            kept++;
        }

        _count[slot] = kept;
    }

    /// <summary>
    /// The list and the bound of the union of two clusters. What is in neither list is bounded by the mean of the two
    /// bounds; what does not fit into the list raises the bound.
    /// </summary>
    public void Merge(int kept, int gone, double keptSize, double goneSize)
    {
        var goneShare = (float)(goneSize / (keptSize + goneSize));
        var keptShare = 1 - goneShare;
        var count = Unite(kept, gone, keptShare, goneShare);
        var bound = (keptShare * Bound[kept]) + (goneShare * Bound[gone]);
        _unionValue.AsSpan(0, count).Sort(_unionIndex.AsSpan(0, count), static (x, y) => y.CompareTo(x));
        if (count > Length)
        {
            bound = MathF.Max(bound, _unionValue[Length]);
            count = Length;
        }

        _unionIndex.AsSpan(0, count).CopyTo(_index.AsSpan(kept * Length));
        _unionValue.AsSpan(0, count).CopyTo(_value.AsSpan(kept * Length));
        _count[kept] = count;
        Bound[kept] = bound;
    }

    /// <summary>Follows a compaction of the slots, each of which moves down or stays.</summary>
    public void Move(int[] moved)
    {
        for (var old = 0; old < moved.Length; old++)
        {
            var slot = moved[old];
            if (slot < 0) continue;
            _count[slot] = _count[old];
            Bound[slot] = Bound[old];
            for (var q = 0; q < _count[slot]; q++)
            {
                _index[(slot * Length) + q] = moved[_index[(old * Length) + q]];
                _value[(slot * Length) + q] = _value[(old * Length) + q];
            }
        }
    }

    private bool HasChanged(int slot, ClusterRows clusters, bool[] changed)
    {
        var at = slot * Length;
        for (var q = at; q < at + _count[slot]; q++)
        {
            var now = clusters.MergedInto(_index[q]);
            if (now != _index[q] || changed[now]) return true;
        }

        return false;
    }

    // The values are upper bounds of the new similarities: exact for a candidate of both, and for a candidate of one
    // with the other's bound in place of what is not known. The next refresh computes them.
    private int Unite(int kept, int gone, float keptShare, float goneShare)
    {
        var count = 0;
        var keptAt = kept * Length;
        for (var q = keptAt; q < keptAt + _count[kept]; q++)
        {
            if (_index[q] == gone) continue;
            var inGone = Value(gone, _index[q]);
            _unionIndex[count] = _index[q];
            _unionValue[count++] = (keptShare * _value[q]) + (goneShare * inGone);
        }

        var both = count;
        var goneAt = gone * Length;
        for (var q = goneAt; q < goneAt + _count[gone]; q++)
        {
            if (_index[q] == kept || _unionIndex.AsSpan(0, both).Contains(_index[q])) continue;
            _unionIndex[count] = _index[q];
            _unionValue[count++] = (keptShare * Bound[kept]) + (goneShare * _value[q]);
        }

        return count;
    }

    // A listed candidate's similarity, else the most that it can be.
    private float Value(int slot, int candidate)
    {
        var at = slot * Length;
        var found = _index.AsSpan(at, _count[slot]).IndexOf(candidate);
        return found < 0 ? Bound[slot] : _value[at + found];
    }
}
