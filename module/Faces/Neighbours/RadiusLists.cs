using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>For each row the others within a cosine distance, from pairs in any order and from any thread.</summary>
internal sealed class RadiusLists : IPairSink
{
    private readonly List<ulong>[] _keys;
    private readonly double _radius;
    private readonly float _floor;
    private readonly long _limit;
    private long _total;

    /// <summary>Lists that hold their own point.</summary>
    /// <param name="rows">N.</param>
    /// <param name="radius">The cosine distance that a pair stays below.</param>
    /// <param name="limit">The most entries of all lists together.</param>
    public RadiusLists(int rows, double radius, long limit)
    {
        (_radius, _limit, _total) = (radius, limit, rows);
        _floor = (float)(1 - radius);
        _keys = new List<ulong>[rows];
        for (var row = 0; row < rows; row++) _keys[row] = [];
        Floors = new float[rows];
        Array.Fill(Floors, MathF.BitIncrement(_floor));
    }

    /// <inheritdoc/>
    public float[] Floors { get; }

    /// <inheritdoc/>
    public void Take(int first, int second, float similarity)
    {
        Count(2);
        lock (_keys[first]) _keys[first].Add(SimilarityKey.Of(similarity, second));
        lock (_keys[second]) _keys[second].Add(SimilarityKey.Of(similarity, first));
    }

    /// <summary>Takes a row of similarities to all.</summary>
    public void Scan(int point, ReadOnlySpan<float> row)
    {
        for (var other = 0; other < row.Length; other++)
        {
            if (row[other] > _floor && other != point) _keys[point].Add(SimilarityKey.Of(row[other], other));
        }

        Count(_keys[point].Count);
    }

    /// <summary>The neighbourhoods, the point itself first in each.</summary>
    public NeighbourGraph Compress()
    {
        var offsets = new long[_keys.Length + 1];
        var indices = new int[_total];
        var next = 0;
        for (var row = 0; row < _keys.Length; row++)
        {
            _keys[row].Sort();
            indices[next++] = row;
            foreach (var key in _keys[row]) indices[next++] = SimilarityKey.Index(key);
            offsets[row + 1] = next;
        }

        return new NeighbourGraph(_keys.Length, offsets, indices);
    }

    private void Count(int entries)
    {
        if (Interlocked.Add(ref _total, entries) <= _limit) return;
        throw new InputException(
            "MemoryInsufficient", FaultKind.ResourceUnavailable,
            FormattableString.Invariant(
                $"The neighbourhoods of radius {_radius} hold more than {_limit} entries. Give a smaller radius."),
            _radius);
    }
}
