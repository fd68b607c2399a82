using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// One thread's part of a symmetric product, by the codes of its rows first: a pair whose product of codes,
/// with all that the certificate allows on top, reaches the floor of neither cannot reach it, and for the few that are left
/// (about one in a hundred) the float32 product is made. Where many are left, as among copies or before there are any
/// floors, whole tiles of float32 are faster and are taken instead.
/// </summary>
internal sealed unsafe class CodedPairs : IPairBlock, IDisposable
{
    private const int Panel = CodedRows.PanelWidth;
    private const int BlockPanels = 8;
    private const int BlocksPerThread = 8;

    // A product by itself takes as long as so many in a tile.
    private const int DenseShare = 16;
    private const int LongestRun = 64;

    private readonly FeatureMatrix _left;
    private readonly FeatureMatrix _right;
    private readonly CodedRows _leftCodes;
    private readonly CodedRows _codes;
    private readonly IPairSink _sink;
    private readonly PackedCodes _packed;
    private readonly FloatPairs _dense;
    private readonly float[] _floors;
    private readonly float[] _errors;
    private readonly float[] _reaches;
    private readonly float[] _steps;
    private readonly float[] _offsets;
    private readonly int[] _sums = new int[ByteTile.Rows * ByteTile.Columns];
    private readonly int[] _marked;
    private int _first;
    private int _panels;
    private int _found;
    private bool _isDensePacked;

    // Panels that are taken by float32 tiles without a look at their codes, and how many the next time.
    private int _skip;
    private int _run;

    /// <summary>Takes the memory for some rows at once.</summary>
    /// <param name="left">N rows, L.</param>
    /// <param name="right">N rows, R.</param>
    /// <param name="codes">The codes of both.</param>
    /// <param name="block">Rows at once, whole panels.</param>
    /// <param name="sink">Takes the pairs.</param>
    public CodedPairs(FeatureMatrix left, FeatureMatrix right, CodedSides codes, int block, IPairSink sink)
    {
        (_left, _right, _leftCodes, _codes, _sink) = (left, right, codes.Left, codes.Right, sink);
        _packed = new PackedCodes(_leftCodes, block / Panel);
        _dense = new FloatPairs(left, right, block, sink);
        (_floors, _errors, _reaches) = (new float[block], new float[block], new float[block]);
        (_steps, _offsets) = (new float[block], new float[block]);
        _marked = new int[block * Panel];
    }

    /// <summary>Rows at once: what stays in the second cache, and leaves every thread its share.</summary>
    public static int BlockRows(int count, int threads) =>
        Math.Clamp(count / (BlocksPerThread * Math.Max(1, threads)) / Panel, 1, BlockPanels) * Panel;

    /// <inheritdoc/>
    public void Multiply(int first, WorkContext context)
    {
        Pack(first);
        for (var panel = first / Panel; panel < _codes.Panels; panel++)
        {
            context.ThrowIfCancelled();
            if (_skip > 0)
            {
                _skip--;
                TakeAll(panel);
                continue;
            }

            var packed = Math.Min(_panels, panel + 1 - (first / Panel));
            Mark(panel, packed);
            var isDense = _found > packed * Panel * Panel / DenseShare;
            _skip = _run = isDense ? Math.Min((2 * _run) + 1, LongestRun) : 0;
            if (isDense) TakeAll(panel);
            else TakeMarked(panel);
        }
    }

    public void Dispose() => _packed.Dispose();

    private void Pack(int first)
    {
        _first = first;
        _panels = Math.Min(_steps.Length / Panel, _codes.Panels - (first / Panel));
        _packed.Pack(first / Panel, _panels);
        var count = _panels * Panel;
        _leftCodes.Steps.Slice(first, count).CopyTo(_steps);
        _leftCodes.Offsets.Slice(first, count).CopyTo(_offsets);
        _leftCodes.Errors.Slice(first, count).CopyTo(_errors);
        TensorPrimitives.Add(_leftCodes.Lengths.Slice(first, count), _errors.AsSpan(0, count), _reaches);
        _isDensePacked = false;
    }

    private void TakeAll(int panel)
    {
        if (!_isDensePacked) _dense.Pack(_first);
        _isDensePacked = true;
        _dense.Take(panel * Panel, Math.Min(_right.Count, (panel + 1) * Panel));
    }

    // Notes the pairs of a panel with the first packed ones that may reach a floor.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Mark(int panel, int packed)
    {
        _found = 0;
        FloorsOf(_first, _floors.AsSpan(0, packed * Panel));
        Span<float> own = stackalloc float[Panel];
        FloorsOf(panel * Panel, own);
        fixed (int* sums = _sums)
        {
            for (var p = 0; p < packed; p++)
            {
                for (var row = 0; row < Panel; row += ByteTile.Rows)
                {
                    _packed.Multiply(_codes, panel, row, p, sums);
                    MarkTile((panel * Panel) + row, own.Slice(row, ByteTile.Rows), p * Panel, sums);
                }
            }
        }
    }

    // A row past the last reaches nothing.
    private void FloorsOf(int first, Span<float> floors)
    {
        var count = Math.Min(floors.Length, _codes.Count - first);
        _sink.Floors.AsSpan(first, count).CopyTo(floors);
        floors[count..].Fill(float.PositiveInfinity);
    }

    // a_i a_j q_i . q_j + o_i + o_j >= min(floor_i, floor_j) - |x_j| |e_i| - |e_j| (|x_i| + |e_i|), the packed row i in a lane.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MarkTile(int first, ReadOnlySpan<float> own, int lane, int* sums)
    {
        const int half = ByteTile.Columns / 2;
        var (floors, moreFloors) = (Vector512.Create(_floors, lane), Vector512.Create(_floors, lane + half));
        var (errors, moreErrors) = (Vector512.Create(_errors, lane), Vector512.Create(_errors, lane + half));
        var (reaches, moreReaches) = (Vector512.Create(_reaches, lane), Vector512.Create(_reaches, lane + half));
        var (steps, moreSteps) = (Vector512.Create(_steps, lane), Vector512.Create(_steps, lane + half));
        var (offsets, moreOffsets) = (Vector512.Create(_offsets, lane), Vector512.Create(_offsets, lane + half));
        for (var r = 0; r < ByteTile.Rows; r++)
        {
            var floor = Vector512.Create(own[r]);
            var offset = Vector512.Create(_codes.Offsets[first + r]);
            var length = Vector512.Create(-_codes.Lengths[first + r]);
            var error = Vector512.Create(-_codes.Errors[first + r]);
            var step = Vector512.Create(_codes.Steps[first + r]);
            var line = sums + (r * ByteTile.Columns);
            var low = Reached(line, floors, errors, reaches, steps, offsets + offset, floor, length, error, step);
            var high = Reached(line + half, moreFloors, moreErrors, moreReaches, moreSteps, moreOffsets + offset, floor, length, error, step);
            for (var bits = low | (high << half); bits != 0; bits &= bits - 1)
            {
                _marked[_found++] = ((lane + BitOperations.TrailingZeroCount(bits)) * Panel) + ((first + r) % Panel);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Reached(
        int* sums, Vector512<float> floors, Vector512<float> errors, Vector512<float> reaches, Vector512<float> steps,
        Vector512<float> offsets, Vector512<float> floor, Vector512<float> length, Vector512<float> error, Vector512<float> step)
    {
        var least = Vector512.FusedMultiplyAdd(length, errors, Vector512.MinNative(floor, floors));
        least = Vector512.FusedMultiplyAdd(error, reaches, least);
        var products = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(Vector512.Load(sums)), steps * step, offsets);
        return (uint)Vector512.GreaterThanOrEqual(products, least).ExtractMostSignificantBits();
    }

    // The float32 products of the noted pairs, and those handed on that reach a floor.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeMarked(int panel)
    {
        var left = stackalloc float*[PairChains.Pairs];
        var right = stackalloc float*[PairChains.Pairs];
        var products = stackalloc float[PairChains.Pairs];
        var pairs = stackalloc (int Row, int Column)[PairChains.Pairs];
        var count = 0;
        fixed (float* rows = _left.Values, columns = _right.Values)
        {
            foreach (var marked in _marked.AsSpan(0, _found))
            {
                var (row, column) = (_first + (marked / Panel), (panel * Panel) + (marked % Panel));
                if (row >= column || column >= _right.Count) continue;
                pairs[count] = (row, column);
                left[count] = rows + ((nint)row * _left.Dimension);
                right[count++] = columns + ((nint)column * _right.Dimension);
                if (count < PairChains.Pairs) continue;
                PairChains.Multiply(left, right, _left.Dimension, products);
                Hand(pairs, products, count);
                count = 0;
            }

            if (count == 0) return;
            for (var i = count; i < PairChains.Pairs; i++)
            {
                left[i] = left[0];
                right[i] = right[0];
            }

            PairChains.Multiply(left, right, _left.Dimension, products);
            Hand(pairs, products, count);
        }
    }

    private void Hand((int Row, int Column)* pairs, float* products, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (row, column) = pairs[i];
            if (products[i] < _sink.Floors[row] && products[i] < _sink.Floors[column]) continue;
            _sink.Take(row, column, products[i]);
        }
    }
}
