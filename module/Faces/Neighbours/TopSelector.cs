using System.Numerics;

namespace Thesis.Engine.Faces;

/// <summary>
/// The K largest of a row of values, ties by the smaller index: one pass that compares whole vectors with the K-th
/// value so far and touches a heap only for the few that pass (about K ln(N / K) of N for values in random order).
/// </summary>
internal ref struct TopSelector
{
    // A heap with the worst kept entry on top: the smallest value, and of equals the largest index.
    private readonly Span<float> _values;
    private readonly Span<int> _indices;
    private int _count;

    /// <summary>Uses the caller's memory; its length is K.</summary>
    public TopSelector(Span<float> values, Span<int> indices)
    {
        _values = values;
        _indices = indices;
        _count = 0;
    }

    /// <summary>Selects from <paramref name="row"/>, without entry <paramref name="skip"/> (-1 for none).</summary>
    /// <returns>How many were found; they are sorted by falling value, then rising index.</returns>
    public int Select(ReadOnlySpan<float> row, int skip)
    {
        _count = 0;
        if (_values.Length == 0) return 0;
        var i = 0;
        for (; i < row.Length && _count < _values.Length; i++)
        {
            if (i != skip && !float.IsNaN(row[i])) Push(row[i], i);
        }

        Scan(row, i, skip);
        Sort();
        return _count;
    }

    private void Scan(ReadOnlySpan<float> row, int i, int skip)
    {
        var width = Vector<float>.Count;
        var worst = new Vector<float>(_values[0]);
        for (; i <= row.Length - width; i += width)
        {
            if (!Vector.GreaterThanAny(new Vector<float>(row.Slice(i, width)), worst)) continue;
            for (var j = i; j < i + width; j++)
            {
                if (row[j] > _values[0] && j != skip) Replace(row[j], j);
            }

            worst = new Vector<float>(_values[0]);
        }

        for (; i < row.Length; i++)
        {
            if (row[i] > _values[0] && i != skip) Replace(row[i], i);
        }
    }

    private void Push(float value, int index)
    {
        var child = _count++;
        while (child > 0)
        {
            var parent = (child - 1) / 2;
            if (!IsWorse(value, index, _values[parent], _indices[parent])) break;
            _values[child] = _values[parent];
            _indices[child] = _indices[parent];
            child = parent;
        }

        _values[child] = value;
        _indices[child] = index;
    }

    private readonly void Replace(float value, int index) => SiftDown(value, index, _count);

    // Takes the heap apart from its worst entry on, so that the best ends up first.
    private readonly void Sort()
    {
        for (var end = _count - 1; end > 0; end--)
        {
            var value = _values[end];
            var index = _indices[end];
            _values[end] = _values[0];
            _indices[end] = _indices[0];
            SiftDown(value, index, end);
        }
    }

    private readonly void SiftDown(float value, int index, int count)
    {
        var hole = 0;
        while (true)
        {
            var child = (2 * hole) + 1;
            if (child >= count) break;
            if (child + 1 < count
                && IsWorse(_values[child + 1], _indices[child + 1], _values[child], _indices[child]))
            {
                child++;
            }

            if (!IsWorse(_values[child], _indices[child], value, index)) break;
            _values[hole] = _values[child];
            _indices[hole] = _indices[child];
            hole = child;
        }

        _values[hole] = value;
        _indices[hole] = index;
    }

    private static bool IsWorse(float value, int index, float otherValue, int otherIndex) =>
        value < otherValue || (value == otherValue && index > otherIndex);
}
