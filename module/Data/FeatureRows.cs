using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Rows of one dimension whose number is not known before the end; kept in chunks, so that none is copied twice.</summary>
internal sealed class FeatureRows(int dimension)
{
    private const int ChunkValues = 1 << 20;

    private readonly int _chunkRows = Math.Max(1, ChunkValues / dimension);
    private readonly List<float[]> _chunks = [];

    /// <summary>D, the length of a row.</summary>
    public int Dimension => dimension;

    /// <summary>The rows so far.</summary>
    public int Count { get; private set; }

    /// <summary>Copies a row in.</summary>
    public void Add(ReadOnlySpan<float> row)
    {
        var place = Count % _chunkRows;
        if (place == 0) _chunks.Add(GC.AllocateUninitializedArray<float>(_chunkRows * dimension));
        row.CopyTo(_chunks[^1].AsSpan(place * dimension, dimension));
        Count++;
    }

    /// <summary>All rows in one array; the chunks are released on the way.</summary>
    /// <exception cref="InputException"><c>FeatureCountTooLarge</c>.</exception>
    public FeatureMatrix ToMatrix(string source)
    {
        var total = (long)Count * dimension;
        if (total > Array.MaxLength)
        {
            throw new InputException(
                DataErrorIds.CountTooLarge, FaultKind.InvalidData,
                $"'{source}' has {total} values; an array holds {Array.MaxLength}.", source);
        }

        var values = GC.AllocateUninitializedArray<float>((int)total);
        for (var i = 0; i < _chunks.Count; i++)
        {
            var start = i * _chunkRows * dimension;
            _chunks[i].AsSpan(0, Math.Min(_chunkRows * dimension, values.Length - start)).CopyTo(values.AsSpan(start));
            _chunks[i] = [];
        }

        _chunks.Clear();
        return new FeatureMatrix(values, Count, dimension);
    }
}
