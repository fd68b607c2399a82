using System.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Backprojection of parallel views: f(x, y) = d(theta) sum over the views of q(theta, x cos(theta) + y sin(theta))
/// (dissertation, eq. 4.10), pixel-driven, with linear interpolation between bins; outside the detector q is 0.
/// Filtered sinogram [views, bins] in 1/cm to image [N, N] in 1/cm. d(theta) = pi / views: the views share half a turn,
/// or a whole one, where each ray is seen twice. In the adjoint each view is written by one thread.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class Backprojection<T> : LinearOperator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int BlockRows = 8;

    private readonly ScanGeometry _geometry;
    private readonly ParallelViews _views;
    private readonly KernelPath _path;
    private readonly T _weight;

    /// <summary>Creates the operator of a parallel geometry.</summary>
    /// <exception cref="InputException"><c>ScanRangeUnsupported</c>: not half a turn and not a whole one.</exception>
    /// <exception cref="ArgumentException">The rays are not parallel.</exception>
    public Backprojection(ScanGeometry parallel)
        : this(parallel, KernelPaths.Widest)
    {
    }

    internal Backprojection(ScanGeometry parallel, KernelPath path)
    {
        ArgumentNullException.ThrowIfNull(parallel);
        if (parallel.Detector != DetectorKind.Parallel) throw new ArgumentException("The rays are not parallel.", nameof(parallel));
        if (!parallel.IsFullTurn && !parallel.IsHalfTurn) throw ScanRange.Unsupported(parallel);
        _geometry = parallel;
        _views = new ParallelViews(parallel);
        _path = typeof(T) == typeof(float) ? path : KernelPath.Scalar;
        _weight = T.CreateTruncating(Math.PI / parallel.Views);
    }

    /// <inheritdoc/>
    public override int InputLength => _geometry.SinogramLength;

    /// <inheritdoc/>
    public override int OutputLength => _geometry.ImageLength;

    internal override void ApplyWhere(T* input, bool[] wanted, T* output, WorkContext work) => Run(input, wanted, output, work);

    private protected override void ApplyOne(T* input, T* output, WorkContext work) => Run(input, null, output, work);

    private void Run(T* input, bool[]? wanted, T* output, WorkContext work)
    {
        if (_path != KernelPath.Scalar)
        {
            BackprojectionKernel.Run(_geometry, _views, _path, (float*)input, wanted, (float*)output, work);
            return;
        }

        var size = _geometry.ImageSize;
        Parallel.For(0, (size + BlockRows - 1) / BlockRows, work.Parallel, block =>
        {
            var (first, end) = (block * BlockRows, Math.Min(size, (block + 1) * BlockRows));
            new Span<T>(output + (first * size), (end - first) * size).Clear();
            for (var view = 0; view < _geometry.Views; view++) AddView(input, view, output, first, end);
            for (var i = first * size; i < end * size; i++) output[i] *= _weight;
        });
    }

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work)
    {
        if (_path != KernelPath.Scalar)
        {
            BackprojectionAdjointKernel.Run(_geometry, _views, _path, (float*)output, (float*)input, work);
            return;
        }

        Parallel.For(0, _geometry.Views, work.Parallel, view => SpreadView(output, view, input));
    }

    private void AddView(T* sinogram, int view, T* image, int first, int end)
    {
        var values = sinogram + (view * _geometry.Bins);
        var size = _geometry.ImageSize;
        for (var row = first; row < end; row++)
        {
            var start = _views.Base[view] - (row * _views.Down[view]);
            for (var column = 0; column < size; column++)
            {
                var (bin, share) = Place(start, view, column);
                if (bin < -1 || bin >= _geometry.Bins) continue;
                var left = bin >= 0 ? values[bin] : T.Zero;
                var right = bin + 1 < _geometry.Bins ? values[bin + 1] : T.Zero;
                image[(row * size) + column] += T.FusedMultiplyAdd(share, right - left, left);
            }
        }
    }

    private void SpreadView(T* image, int view, T* sinogram)
    {
        var values = sinogram + (view * _geometry.Bins);
        var size = _geometry.ImageSize;
        new Span<T>(values, _geometry.Bins).Clear();
        for (var row = 0; row < size; row++)
        {
            var start = _views.Base[view] - (row * _views.Down[view]);
            for (var column = 0; column < size; column++)
            {
                var (bin, share) = Place(start, view, column);
                if (bin < -1 || bin >= _geometry.Bins) continue;
                var value = image[(row * size) + column] * _weight;
                if (bin >= 0) values[bin] += value - (share * value);
                if (bin + 1 < _geometry.Bins) values[bin + 1] += share * value;
            }
        }
    }

    private (int Bin, T Share) Place(double start, int view, int column)
    {
        var place = Math.FusedMultiplyAdd(column, _views.Across[view], start);
        var bin = (int)Math.Floor(Math.Clamp(place, -2, _geometry.Bins));
        return (bin, T.CreateTruncating(place - bin));
    }
}
