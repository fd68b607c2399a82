using System.Numerics;
using System.Runtime.CompilerServices;
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

    // Of even bins and of odd ones there are half as many: the ramp's taps at even distances are 0, so that each kind is
    // filtered from the other alone.
    private readonly bool _isHalved;
    private readonly int _paddedBins;
    private readonly T _centre;

    // Taps by rising distance, those of 0 in the middle; zero beyond the row. Halved: of the distances 2 k + 1, k = 0 in the middle.
    private readonly T[] _mirrored;

    public BinFilter(int views, IReadOnlyList<double> taps)
    {
        var block = 2 * Vector512<T>.Count;
        (_views, _bins) = (views, taps.Count);
        _isHalved = Enumerable.Range(1, (_bins - 1) / 2).All(k => taps[2 * k] == 0);
        var length = _isHalved ? (_bins + 1) / 2 : _bins;
        _paddedBins = (length + block - 1) / block * block;
        _centre = T.CreateTruncating(taps[0]);
        _mirrored = new T[(2 * _paddedBins) + 1];
        for (var k = -_paddedBins; k <= _paddedBins; k++)
        {
            var distance = Math.Abs(_isHalved ? (2 * k) + 1 : k);
            if (distance < _bins) _mirrored[_paddedBins + k] = T.CreateTruncating(taps[distance]);
        }
    }

    public override int InputLength => _views * _bins;

    public override int OutputLength => _views * _bins;

    private protected override void ApplyOne(T* input, T* output, WorkContext work)
    {
        Parallel.For(0, (_views + Together - 1) / Together, work.Parallel, group =>
        {
            var first = group * Together;
            var count = Math.Min(Together, _views - first);
            if (_isHalved) Halved(input + (first * _bins), output + (first * _bins), count);
            else Whole(input + (first * _bins), output + (first * _bins), count);
        });
    }

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work) => ApplyOne(output, input, work);

    private void Whole(T* rows, T* filtered, int count)
    {
        using var scratch = new Scratch<T>(Together * _paddedBins);
        fixed (T* sums = scratch.Values, mirrored = _mirrored)
        {
            Filter(rows, _bins, count, Support(rows, count), mirrored + _paddedBins, null, sums, _paddedBins);
            for (var view = 0; view < count; view++)
            {
                new Span<T>(sums + (view * _paddedBins), _bins).CopyTo(new Span<T>(filtered + (view * _bins), _bins));
            }
        }
    }

    private void Halved(T* rows, T* filtered, int count)
    {
        using var scratch = new Scratch<T>(4 * Together * _paddedBins);
        fixed (T* buffer = scratch.Values, mirrored = _mirrored)
        {
            var (begin, end) = Support(rows, count);
            var half = Together * _paddedBins;
            T* even = buffer, odd = buffer + half, ofEven = odd + half, ofOdd = ofEven + half;
            for (var view = 0; view < count; view++)
            {
                Part(rows + (view * _bins), _bins, even + (view * _paddedBins), odd + (view * _paddedBins));
            }

            // Bins 2 i and 2 j + 1 are 2 (i - j - 1) + 1 apart, 2 i + 1 and 2 j are 2 (i - j) + 1 apart.
            var middle = mirrored + _paddedBins;
            Filter(odd, _paddedBins, count, (begin / 2, end / 2), middle - 1, even, ofEven, _paddedBins);
            Filter(even, _paddedBins, count, ((begin + 1) / 2, (end + 1) / 2), middle, odd, ofOdd, _paddedBins);
            for (var view = 0; view < count; view++)
            {
                var place = view * _paddedBins;
                Join(ofEven + place, ofOdd + place, filtered + (view * _bins), _bins);
            }
        }
    }

    private static void Part(T* row, int bins, T* even, T* odd)
    {
        for (var i = 0; i < bins / 2; i++) (even[i], odd[i]) = (row[2 * i], row[(2 * i) + 1]);
        if (bins % 2 == 1) even[bins / 2] = row[bins - 1];
    }

    private static void Join(T* even, T* odd, T* row, int bins)
    {
        for (var i = 0; i < bins / 2; i++) (row[2 * i], row[(2 * i) + 1]) = (even[i], odd[i]);
        if (bins % 2 == 1) row[bins - 1] = even[bins / 2];
    }

    // Sums at bin over j of taps[bin - j] times the rows' values, from support's begin up to its end, and the tap of distance 0
    // times own, where that is given. It is added in the middle of the others, which it nearly cancels: after them, their
    // rounding would stay. There may be fewer views than four; the first stands for the missing ones.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Filter(T* rows, int pitch, int count, (int Begin, int End) support, T* taps, T* own, T* sums, int length)
    {
        var (offset1, offset2, offset3) = (count > 1 ? pitch : 0, count > 2 ? 2 * pitch : 0, count > 3 ? 3 * pitch : 0);
        var lanes = Vector512<T>.Count;
        var centre = Vector512.Create(_centre);
        for (var bin = 0; bin < length; bin += 2 * lanes)
        {
            Vector512<T> a0 = default, b0 = default, a1 = default, b1 = default;
            Vector512<T> a2 = default, b2 = default, a3 = default, b3 = default;
            var tap = taps + bin - support.Begin;
            var middle = own is null ? support.End : Math.Clamp(bin + lanes, support.Begin, support.End);
            for (var j = support.Begin; ; j++, tap--)
            {
                if (j == middle && own is not null)
                {
                    var at = own + bin;
                    (a0, b0) = (MultiplyAdd(centre, Vector512.Load(at), a0), MultiplyAdd(centre, Vector512.Load(at + lanes), b0));
                    at = own + bin + offset1;
                    (a1, b1) = (MultiplyAdd(centre, Vector512.Load(at), a1), MultiplyAdd(centre, Vector512.Load(at + lanes), b1));
                    at = own + bin + offset2;
                    (a2, b2) = (MultiplyAdd(centre, Vector512.Load(at), a2), MultiplyAdd(centre, Vector512.Load(at + lanes), b2));
                    at = own + bin + offset3;
                    (a3, b3) = (MultiplyAdd(centre, Vector512.Load(at), a3), MultiplyAdd(centre, Vector512.Load(at + lanes), b3));
                }

                if (j >= support.End) break;
                var (low, high) = (Vector512.Load(tap), Vector512.Load(tap + lanes));
                var (p0, p1) = (Vector512.Create(rows[j]), Vector512.Create(rows[j + offset1]));
                var (p2, p3) = (Vector512.Create(rows[j + offset2]), Vector512.Create(rows[j + offset3]));
                (a0, b0) = (MultiplyAdd(p0, low, a0), MultiplyAdd(p0, high, b0));
                (a1, b1) = (MultiplyAdd(p1, low, a1), MultiplyAdd(p1, high, b1));
                (a2, b2) = (MultiplyAdd(p2, low, a2), MultiplyAdd(p2, high, b2));
                (a3, b3) = (MultiplyAdd(p3, low, a3), MultiplyAdd(p3, high, b3));
            }

            Store(sums + bin, a0, b0);
            Store(sums + length + bin, a1, b1);
            Store(sums + (2 * length) + bin, a2, b2);
            Store(sums + (3 * length) + bin, a3, b3);
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
