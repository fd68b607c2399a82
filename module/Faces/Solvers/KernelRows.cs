using System.Numerics.Tensors;
using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>
/// The linear kernel K_ij = z_i . z_j of one small problem, over reused buffers: one object a thread. Up to
/// <see cref="GramLimit"/> points the whole Gram matrix is computed at once, its upper half only; beyond that rows are
/// computed when they are asked for and a fixed number of them is kept, so that the memory stays linear in the points.
/// </summary>
internal sealed class KernelRows(int dimension)
{
    /// <summary>The largest number of points whose whole Gram matrix is held (8 MiB in float64).</summary>
    public const int GramLimit = 1024;

    private const int KeptRows = 128;

    private readonly PackedRows _packed = new(dimension);
    private float[] _points = [];
    private float[] _products = [];
    private double[] _rows = [];
    private double[] _diagonal = [];
    private int[] _slotOf = [];
    private int[] _ownerOf = [];
    private int _nextSlot;
    private bool _whole;

    /// <summary>The number of points.</summary>
    public int Count { get; private set; }

    /// <summary>Takes rows of <paramref name="features"/> as the problem's points.</summary>
    /// <param name="features">All features.</param>
    /// <param name="indices">The points.</param>
    /// <param name="whole">Whether the whole Gram matrix is needed, whatever the number of points.</param>
    public void Load(FeatureMatrix features, ReadOnlySpan<int> indices, bool whole = false)
    {
        Count = indices.Length;
        _whole = whole || Count <= GramLimit;
        Gather(features, indices);
        Grow(ref _diagonal, Count);
        if (_whole) ComputeGram();
        else ResetKeptRows();
    }

    /// <summary>K_ii.</summary>
    public double Diagonal(int point) => _diagonal[point];

    /// <summary>Row <paramref name="point"/> of K; valid until two other rows were asked for.</summary>
    public ReadOnlySpan<double> Row(int point) =>
        _whole ? _rows.AsSpan(point * Count, Count) : KeptRow(point);

    /// <summary>K * coefficients.</summary>
    public void Multiply(ReadOnlySpan<double> coefficients, Span<double> result)
    {
        if (_whole)
        {
            result.Clear();
            for (var i = 0; i < Count; i++)
            {
                if (coefficients[i] != 0) TensorPrimitives.MultiplyAdd(Row(i), coefficients[i], result, result);
            }

            return;
        }

        Span<float> sum = new float[dimension];
        Combine(coefficients, 1, sum);
        for (var i = 0; i < Count; i++) result[i] = TensorPrimitives.Dot(Point(i), sum);
    }

    /// <summary>The weights w = scale * sum_i coefficients_i z_i.</summary>
    public void Combine(ReadOnlySpan<double> coefficients, double scale, Span<float> weights)
    {
        weights.Clear();
        for (var i = 0; i < Count; i++)
        {
            var coefficient = (float)(scale * coefficients[i]);
            if (coefficient != 0) TensorPrimitives.MultiplyAdd(Point(i), coefficient, weights, weights);
        }
    }

    internal static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new T[length + (length / 4)];
    }

    private ReadOnlySpan<float> Point(int point) => _points.AsSpan(point * dimension, dimension);

    private void Gather(FeatureMatrix features, ReadOnlySpan<int> indices)
    {
        var padded = (Count + PackedRows.RowGroup - 1) / PackedRows.RowGroup * PackedRows.RowGroup;
        Grow(ref _points, padded * dimension);
        for (var i = 0; i < indices.Length; i++)
        {
            features.Row(indices[i]).CopyTo(_points.AsSpan(i * dimension, dimension));
        }

        _points.AsSpan(Count * dimension, (padded - Count) * dimension).Clear();
    }

    private void ComputeGram()
    {
        _packed.Pack(_points, Count);
        var stride = _packed.Columns;
        Grow(ref _products, PackedRows.RowGroup * stride);
        Grow(ref _rows, Count * Count);
        for (var first = 0; first < Count; first += PackedRows.RowGroup)
        {
            var group = _points.AsSpan(first * dimension);
            _packed.Multiply(group, PackedRows.RowGroup, first / PackedRows.PanelWidth, _packed.Panels, _products);
            for (var i = first; i < Math.Min(first + PackedRows.RowGroup, Count); i++)
            {
                Mirror(i, _products.AsSpan((i - first) * stride, Count));
            }
        }
    }

    private void Mirror(int i, ReadOnlySpan<float> products)
    {
        for (var j = i; j < products.Length; j++)
        {
            _rows[(i * Count) + j] = products[j];
            _rows[(j * Count) + i] = products[j];
        }

        _diagonal[i] = products[i];
    }

    private void ResetKeptRows()
    {
        Grow(ref _rows, KeptRows * Count);
        Grow(ref _slotOf, Count);
        Grow(ref _ownerOf, KeptRows);
        _slotOf.AsSpan(0, Count).Fill(-1);
        _ownerOf.AsSpan(0, KeptRows).Fill(-1);
        _nextSlot = 0;
        for (var i = 0; i < Count; i++) _diagonal[i] = TensorPrimitives.Dot(Point(i), Point(i));
    }

    private ReadOnlySpan<double> KeptRow(int point)
    {
        var slot = _slotOf[point];
        if (slot >= 0) return _rows.AsSpan(slot * Count, Count);
        slot = _nextSlot;
        _nextSlot = (_nextSlot + 1) % KeptRows;
        if (_ownerOf[slot] >= 0) _slotOf[_ownerOf[slot]] = -1;
        _ownerOf[slot] = point;
        _slotOf[point] = slot;
        var row = _rows.AsSpan(slot * Count, Count);
        for (var j = 0; j < Count; j++) row[j] = TensorPrimitives.Dot(Point(point), Point(j));
        return row;
    }
}
