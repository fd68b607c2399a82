using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A symmetric convolution along the bins of every view: q[i] = sum over j of taps[|i - j|] p[j]. It is its own adjoint.
/// At these lengths the sum itself, in registers, costs no more than two DFTs and loses no digits to them.
/// </summary>
internal sealed unsafe class BinFilter<T> : LinearOperator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Views filtered together, sharing the loads of the taps.
    private const int Together = 4;

    private readonly int _views;
    private readonly int _bins;
    private readonly int _paddedBins;

    // Taps of the distances -(paddedBins - 1) .. paddedBins - 1; zero beyond the row.
    private readonly T[] _mirrored;

    public BinFilter(int views, IReadOnlyList<double> taps)
    {
        var block = 2 * Vector512<T>.Count;
        (_views, _bins) = (views, taps.Count);
        _paddedBins = (_bins + block - 1) / block * block;
        _mirrored = new T[(2 * _paddedBins) - 1];
        for (var distance = 0; distance < _bins; distance++)
        {
            _mirrored[_paddedBins - 1 + distance] = _mirrored[_paddedBins - 1 - distance] = T.CreateTruncating(taps[distance]);
        }
    }

    public override int InputLength => _views * _bins;

    public override int OutputLength => _views * _bins;

    private protected override void ApplyOne(T* input, T* output, WorkContext work)
    {
        Parallel.For(0, (_views + Together - 1) / Together, work.Parallel, group =>
        {
            using var scratch = new Scratch<T>(Together * _paddedBins);
            fixed (T* sums = scratch.Values, mirrored = _mirrored)
            {
                var first = group * Together;
                var count = Math.Min(Together, _views - first);
                Filter(input + (first * _bins), count, mirrored, sums);
                for (var view = 0; view < count; view++)
                {
                    new Span<T>(sums + (view * _paddedBins), _bins)
                        .CopyTo(new Span<T>(output + ((first + view) * _bins), _bins));
                }
            }
        });
    }

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work) => ApplyOne(output, input, work);

    // The last group may have fewer views than four; it takes its first view for the missing ones.
    private void Filter(T* rows, int count, T* mirrored, T* sums)
    {
        var row1 = rows + (count > 1 ? _bins : 0);
        var row2 = rows + (count > 2 ? 2 * _bins : 0);
        var row3 = rows + (count > 3 ? 3 * _bins : 0);
        var lanes = Vector512<T>.Count;
        var (begin, end) = Support(rows, count);
        for (var bin = 0; bin < _paddedBins; bin += 2 * lanes)
        {
            Vector512<T> a0 = default, b0 = default, a1 = default, b1 = default;
            Vector512<T> a2 = default, b2 = default, a3 = default, b3 = default;
            var taps = mirrored + _paddedBins - 1 + bin - begin;
            for (var j = begin; j < end; j++, taps--)
            {
                var (low, high) = (Vector512.Load(taps), Vector512.Load(taps + lanes));
                var (p0, p1) = (Vector512.Create(rows[j]), Vector512.Create(row1[j]));
                var (p2, p3) = (Vector512.Create(row2[j]), Vector512.Create(row3[j]));
                (a0, b0) = (MultiplyAdd(p0, low, a0), MultiplyAdd(p0, high, b0));
                (a1, b1) = (MultiplyAdd(p1, low, a1), MultiplyAdd(p1, high, b1));
                (a2, b2) = (MultiplyAdd(p2, low, a2), MultiplyAdd(p2, high, b2));
                (a3, b3) = (MultiplyAdd(p3, low, a3), MultiplyAdd(p3, high, b3));
            }

            Store(sums + bin, a0, b0);
            Store(sums + _paddedBins + bin, a1, b1);
            Store(sums + (2 * _paddedBins) + bin, a2, b2);
            Store(sums + (3 * _paddedBins) + bin, a3, b3);
        }
    }

    // The bins outside of which all rows are 0: a correction of a metal trace has few.
    private (int Begin, int End) Support(T* rows, int count)
    {
        var (begin, end) = (_bins, 0);
        for (var row = 0; row < count; row++)
        {
            var bytes = MemoryMarshal.AsBytes(new Span<T>(rows + (row * _bins), _bins));
            var left = bytes.IndexOfAnyExcept((byte)0);
            if (left < 0) continue;
            begin = Math.Min(begin, left / sizeof(T));
            end = Math.Max(end, (bytes.LastIndexOfAnyExcept((byte)0) / sizeof(T)) + 1);
        }

        return (Math.Min(begin, end), end);
    }

    private static void Store(T* target, Vector512<T> low, Vector512<T> high)
    {
        low.Store(target);
        high.Store(target + Vector512<T>.Count);
    }

    private static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> sum) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), sum.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), sum.AsDouble()).As<double, T>();
}
