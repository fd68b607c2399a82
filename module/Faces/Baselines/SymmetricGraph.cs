namespace Thesis.Engine.Faces;

/// <summary>A symmetric matrix of few entries a row, in compressed rows; the diagonal is empty.</summary>
internal sealed class SymmetricGraph
{
    private readonly int[] _offsets;
    private readonly int[] _others;
    private readonly double[] _weights;

    private SymmetricGraph(int[] offsets, int[] others, double[] weights) =>
        (_offsets, _others, _weights) = (offsets, others, weights);

    /// <summary>N.</summary>
    public int Count => _offsets.Length - 1;

    /// <summary>The others of a row.</summary>
    public ReadOnlySpan<int> Others(int row) => _others.AsSpan(_offsets[row], _offsets[row + 1] - _offsets[row]);

    /// <summary>The weights that go with them.</summary>
    public ReadOnlySpan<double> Weights(int row) => _weights.AsSpan(_offsets[row], _offsets[row + 1] - _offsets[row]);

    /// <summary>|C| + |C|^T (You, Robinson and Vidal 2016).</summary>
    public static SymmetricGraph From(SparseCombinations combinations)
    {
        var rows = Enumerable.Range(0, combinations.Count).Select(_ => new SortedDictionary<int, double>()).ToArray();
        for (var i = 0; i < combinations.Count; i++)
        {
            for (var at = i * combinations.Length; at < (i + 1) * combinations.Length; at++)
            {
                var j = combinations.Indices[at];
                if (j < 0 || combinations.Values[at] == 0) continue;
                var weight = Math.Abs(combinations.Values[at]);
                rows[i][j] = rows[i].GetValueOrDefault(j) + weight;
                rows[j][i] = rows[j].GetValueOrDefault(i) + weight;
            }
        }

        var offsets = new int[rows.Length + 1];
        for (var i = 0; i < rows.Length; i++) offsets[i + 1] = offsets[i] + rows[i].Count;
        return new SymmetricGraph(
            offsets, [.. rows.SelectMany(row => row.Keys)], [.. rows.SelectMany(row => row.Values)]);
    }

    /// <summary>D^-1/2 A D^-1/2 with D the sums of the rows; a row without entries stays empty.</summary>
    public SymmetricGraph Normalized()
    {
        var scale = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            var degree = 0.0;
            foreach (var weight in Weights(i)) degree += weight;
            scale[i] = degree > 0 ? 1 / Math.Sqrt(degree) : 0;
        }

        var weights = new double[_weights.Length];
        for (var i = 0; i < Count; i++)
        {
            // In the order of the indices, so that the two halves have the same bits.
            for (var at = _offsets[i]; at < _offsets[i + 1]; at++)
            {
                var (low, high) = (Math.Min(i, _others[at]), Math.Max(i, _others[at]));
                weights[at] = scale[low] * _weights[at] * scale[high];
            }
        }

        return new SymmetricGraph(_offsets, _others, weights);
    }
}
