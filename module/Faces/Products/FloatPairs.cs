using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>One thread's part of a symmetric product in float32: some rows of L, packed, with the rows of R.</summary>
/// <param name="left">N rows, L.</param>
/// <param name="right">N rows, R.</param>
/// <param name="rows">Rows of L at once.</param>
/// <param name="sink">Takes the pairs.</param>
internal sealed unsafe class FloatPairs(FeatureMatrix left, FeatureMatrix right, int rows, IPairSink sink) : IPairBlock
{
    private const int Group = PackedRows.RowGroup;

    // Looks at the cancellation about every 10 ms.
    private const int ProductsBetweenChecks = 1 << 20;

    // Compared with the floors at once.
    private const int Line = 32;

    private readonly PackedRows _packed = new(left.Dimension);
    private readonly float[] _tile = new float[Group * rows];
    private readonly float[] _tail = new float[Group * left.Dimension];
    private readonly float[] _floors = new float[rows];

    private int _first;
    private int _count;

    /// <inheritdoc/>
    public void Multiply(int first, WorkContext context)
    {
        Pack(first);
        var rowsBetweenChecks = Math.Max(Group, ProductsBetweenChecks / _count / Group * Group);
        for (var row = first; row < right.Count; row += rowsBetweenChecks)
        {
            context.ThrowIfCancelled();
            Take(row, Math.Min(right.Count, row + rowsBetweenChecks));
        }
    }

    /// <summary>Packs the rows of L from one on.</summary>
    public void Pack(int first)
    {
        (_first, _count) = (first, Math.Min(rows, left.Count - first));
        _packed.Pack(left.Values.AsSpan(first * left.Dimension, _count * left.Dimension), _count);
    }

    /// <summary>The pairs of the packed rows with some rows of R, none of them before the first packed one.</summary>
    public void Take(int from, int end)
    {
        for (var row = from; row < end; row += Group)
        {
            var group = Math.Min(Group, end - row);
            var panels = Math.Min(_packed.Panels, ((row + group - _first - 1) / PackedRows.PanelWidth) + 1);
            _packed.Multiply(RowsOfRight(row, group), Group, 0, panels, _tile);
            sink.Floors.AsSpan(_first, _count).CopyTo(_floors);
            Offer(row, group);
        }
    }

    // Whole groups from where they are; the last rows of all filled up with zeros.
    private ReadOnlySpan<float> RowsOfRight(int row, int group)
    {
        var values = right.Values.AsSpan(row * right.Dimension, group * right.Dimension);
        if (group == Group) return values;
        Array.Clear(_tail);
        values.CopyTo(_tail);
        return _tail;
    }

    private void Offer(int row, int group)
    {
        fixed (float* tile = _tile, floors = _floors)
        {
            for (var r = 0; r < group; r++)
            {
                var column = row + r;
                OfferLine(tile + (r * _packed.Columns), floors, Math.Min(_count, column - _first), column);
            }
        }
    }

    // The products of one row of R with the rows of L before it, by lines; hardly any line holds one to hand on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OfferLine(float* products, float* floors, int count, int column)
    {
        var own = Vector256.Create(sink.Floors[column]);
        for (var at = 0; at < count; at += Line)
        {
            var (a, b) = (Reached(products + at, floors + at, own), Reached(products + at + 8, floors + at + 8, own));
            var (c, d) = (Reached(products + at + 16, floors + at + 16, own), Reached(products + at + 24, floors + at + 24, own));
            if (((a | b) | (c | d)) == Vector256<float>.Zero) continue;
            var bits = a.ExtractMostSignificantBits() | (b.ExtractMostSignificantBits() << 8)
                | (c.ExtractMostSignificantBits() << 16) | (d.ExtractMostSignificantBits() << 24);
            while (bits != 0)
            {
                var i = at + System.Numerics.BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
                if (i < count) sink.Take(_first + i, column, products[i]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Reached(float* products, float* floors, Vector256<float> own) =>
        Vector256.GreaterThanOrEqual(Vector256.Load(products), Vector256.MinNative(own, Vector256.Load(floors)));
}
