using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The adjoint of <see cref="BackprojectionKernel"/> without scatter: a bin gathers, in each line of the image, the few
/// pixels that lie within one bin of it, with the weights max(0, 1 - distance) that the backprojection gave them. Lines
/// are rows, or columns where a view moves faster along them, so that few pixels lie so near.
/// </summary>
internal static unsafe class BackprojectionAdjointKernel
{
    private const int Window = 32;
    private const int Border = 48;

    public static void Run(
        ScanGeometry geometry, ParallelViews views, KernelPath path, float* image, float* sinogram, WorkContext work)
    {
        var size = geometry.ImageSize;
        var pitch = size + (2 * Border);
        using var scratch = new Scratch<float>(2 * size * pitch);
        fixed (float* buffer = scratch.Values)
        {
            var planes = buffer;
            FillPlanes(image, planes, size, pitch, (float)(Math.PI / geometry.Views));
            Parallel.For(0, geometry.Views, work.Parallel, view =>
            {
                var lines = Lines.Of(views, view, planes, size, pitch);
                var row = sinogram + (view * geometry.Bins);
                if (path == KernelPath.Vector512 && lines.FitWindow) Wide(lines, row, geometry.Bins);
                else Narrow(lines, row, geometry.Bins);
            });
        }
    }

    private static void FillPlanes(float* image, float* planes, int size, int pitch, float weight)
    {
        new Span<float>(planes, 2 * size * pitch).Clear();
        var transposed = planes + (size * pitch);
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var value = image[(row * size) + column] * weight;
                planes[(row * pitch) + Border + column] = value;
                transposed[(column * pitch) + Border + row] = value;
            }
        }
    }

    private static void Wide(in Lines lines, float* target, int bins)
    {
        for (var bin = 0; bin < bins; bin += Vector512<float>.Count)
        {
            var sum = lines.Candidates switch
            {
                1 => WideBins<OnePixel>(lines, bin),
                2 => WideBins<TwoPixels>(lines, bin),
                _ => WideBins<ThreePixels>(lines, bin),
            };
            if (bin + Vector512<float>.Count <= bins) sum.Store(target + bin);
            else
            {
                for (var lane = 0; lane < bins - bin; lane++) target[bin + lane] = sum[lane];
            }
        }
    }

    private static Vector512<float> WideBins<TPixels>(in Lines lines, int bin)
        where TPixels : struct, IPixels
    {
        var slope = Vector512.Create((float)lines.AbsoluteSlope);
        var places = Vector512.CreateSequence(0f, 1f) * Vector512.Create((float)lines.PixelsPerBin);
        var sums = default(Sums);
        var (first, end) = lines.Touched(bin, Vector512<float>.Count);
        // The place where a bin's reach begins, of the first bin and of the lowest one.
        var (begin, perLine) = (lines.Place(bin, 0) - lines.Reach, lines.PlacePerLine);
        var lowest = lines.LeastStep(Vector512<float>.Count);
        var values = lines.Plane + (first * lines.Pitch);
        for (var line = first; line < end; line++, values += lines.Pitch)
        {
            var place = Math.FusedMultiplyAdd(line, perLine, begin);
            var start = Math.Floor(place + lowest);
            var window = values + Math.Clamp((int)start, -Window, lines.Size) + Border + 1;
            var real = places + Vector512.Create((float)(place - start));
            var whole = Avx512F.ConvertToVector512Int32WithTruncation(real);
            var share = real - Avx512F.ConvertToVector512Single(whole);
            // How far the first of the pixels lies within the reach, in bins: above 0, and slope at most.
            TPixels.Add(ref sums, window, whole, slope, Avx512F.FusedMultiplyAddNegated(slope, share, slope));
        }

        return sums.First + sums.Second + sums.Third;
    }

    private static Vector512<float> Pick(float* window, Vector512<int> index) =>
        Avx512F.PermuteVar16x32x2(Vector512.Load(window), index, Vector512.Load(window + 16));

    private static void Narrow(in Lines lines, float* target, int bins)
    {
        for (var bin = 0; bin < bins; bin += Vector256<float>.Count)
        {
            var sum = NarrowBins(lines, bin);
            for (var lane = 0; lane < Math.Min(Vector256<float>.Count, bins - bin); lane++) target[bin + lane] = sum[lane];
        }
    }

    private static Vector256<float> NarrowBins(in Lines lines, int bin)
    {
        var one = Vector256<float>.One;
        var zero = Vector256<float>.Zero;
        var slope = Vector256.Create((float)lines.AbsoluteSlope);
        var places = Vector256.CreateSequence(0f, 1f) * Vector256.Create((float)lines.PixelsPerBin);
        var last = Vector256.Create(lines.Size + 1f);
        var sum = zero;
        var (first, end) = lines.Touched(bin, Vector256<float>.Count);
        var (begin, perLine, candidates) = (lines.Place(bin, 0) - lines.Reach, lines.PlacePerLine, lines.Candidates);
        var values = lines.Plane + (first * lines.Pitch) + Border - 1;
        for (var line = first; line < end; line++, values += lines.Pitch)
        {
            var place = Math.FusedMultiplyAdd(line, perLine, begin);
            var whole = Math.Floor(place);
            var real = places + Vector256.Create((float)(place - whole));
            var floor = Avx.Floor(real);
            var distance = Fma.MultiplyAdd(slope, one - (real - floor), -one);
            // Counted from the zero before the first pixel.
            var pixel = floor + Vector256.Create((float)whole + 2f);
            for (var step = 0; step < candidates; step++)
            {
                var index = Avx.ConvertToVector256Int32WithTruncation(Vector256.Min(Vector256.Max(pixel, zero), last));
                var weight = Vector256.Max(one - Vector256.Abs(distance), zero);
                sum = Fma.MultiplyAdd(weight, Avx2.GatherVector256(values, index, sizeof(float)), sum);
                pixel += one;
                distance += slope;
            }
        }

        return sum;
    }

    // Stands on the planes of one image: the rows, or the columns, as lines along which a view's bins move fastest.
    private readonly struct Lines
    {
        public readonly float* Plane;
        public readonly int Size;
        public readonly int Pitch;

        // Pixel p of line l lies at bin _base + p _slope + l _shift.
        private readonly double _base;
        private readonly double _slope;
        private readonly double _shift;

        private Lines(float* plane, int size, int pitch, double start, double slope, double shift)
        {
            Plane = plane;
            (Size, Pitch) = (size, pitch);
            (_base, _slope, _shift) = (start, slope, shift);
        }

        public double AbsoluteSlope => Math.Abs(_slope);

        public double PixelsPerBin => 1 / _slope;

        /// <summary>Pixels to each side that lie within one bin.</summary>
        public double Reach => 1 / AbsoluteSlope;

        /// <summary>The most pixels that lie within one bin of a place.</summary>
        public int Candidates => (int)Math.Floor(2 * Reach) + 1;

        public bool FitWindow => Candidates <= 3 && (15 * Reach) + 4 < Window;

        public static Lines Of(ParallelViews views, int view, float* planes, int size, int pitch)
        {
            var (across, down, start) = (views.Across[view], -views.Down[view], views.Base[view]);
            return Math.Abs(across) >= Math.Abs(down)
                ? new Lines(planes, size, pitch, start, across, down)
                : new Lines(planes + (size * pitch), size, pitch, start, down, across);
        }

        /// <summary>Pixels by which a bin's place moves from one line to the next.</summary>
        public double PlacePerLine => -_shift / _slope;

        /// <summary>The pixel of a line at which a bin lies.</summary>
        public double Place(int bin, int line) => (bin - _base - (line * _shift)) / _slope;

        /// <summary>Pixels from the first of some bins to the one that lies lowest.</summary>
        public double LeastStep(int bins) => Math.Min(0, (bins - 1) * PixelsPerBin);

        /// <summary>The lines in which some bins can lie within the image.</summary>
        public (int First, int End) Touched(int bin, int bins)
        {
            var (low, high) = (Place(bin, 0), Place(bin + bins - 1, 0));
            if (low > high) (low, high) = (high, low);
            (low, high) = (low - Reach - 1, high + Reach + 1);
            var perLine = _shift / _slope;
            if (Math.Abs(perLine) < 1e-9) return high < -1 || low > Size ? (0, 0) : (0, Size);
            // Line l spans low - l perLine .. high - l perLine; it must meet 0 .. Size - 1.
            var (one, other) = ((low - Size) / perLine, (high + 1) / perLine);
            return (
                (int)Math.Clamp(Math.Floor(Math.Min(one, other)), 0, Size),
                (int)Math.Clamp(Math.Ceiling(Math.Max(one, other)) + 1, 0, Size));
        }
    }

    private struct Sums
    {
        public Vector512<float> First;
        public Vector512<float> Second;
        public Vector512<float> Third;
    }

    // The pixels that can lie within a bin's reach, with their weights 1 - |distance|. Each is read from a window that
    // is shifted by one pixel: loads are cheaper here than additions to the indices.
    private interface IPixels
    {
        static abstract void Add(
            ref Sums sums, float* window, Vector512<int> index, Vector512<float> slope, Vector512<float> within);
    }

    // slope is 1 at most: the first pixel lies before the bin, the third one after it.
    private readonly struct ThreePixels : IPixels
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(
            ref Sums sums, float* window, Vector512<int> index, Vector512<float> slope, Vector512<float> within)
        {
            var one = Vector512<float>.One;
            var second = within + slope;
            var third = Vector512.Max(one + one - (second + slope), Vector512<float>.Zero);
            sums.First = Vector512.FusedMultiplyAdd(within, Pick(window, index), sums.First);
            sums.Second = Vector512.FusedMultiplyAdd(one - Vector512.Abs(second - one), Pick(window + 1, index), sums.Second);
            sums.Third = Vector512.FusedMultiplyAdd(third, Pick(window + 2, index), sums.Third);
        }
    }

    // slope is above 1 and 2 at most: the second pixel lies after the bin.
    private readonly struct TwoPixels : IPixels
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(
            ref Sums sums, float* window, Vector512<int> index, Vector512<float> slope, Vector512<float> within)
        {
            var one = Vector512<float>.One;
            var second = Vector512.Max(one + one - (within + slope), Vector512<float>.Zero);
            sums.First = Vector512.FusedMultiplyAdd(one - Vector512.Abs(within - one), Pick(window, index), sums.First);
            sums.Second = Vector512.FusedMultiplyAdd(second, Pick(window + 1, index), sums.Second);
        }
    }

    // slope is above 2.
    private readonly struct OnePixel : IPixels
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(
            ref Sums sums, float* window, Vector512<int> index, Vector512<float> slope, Vector512<float> within)
        {
            var one = Vector512<float>.One;
            var weight = Vector512.Max(one - Vector512.Abs(within - one), Vector512<float>.Zero);
            sums.First = Vector512.FusedMultiplyAdd(weight, Pick(window, index), sums.First);
        }
    }
}
