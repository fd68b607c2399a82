using System.Numerics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A fan sinogram on a full turn as parallel views on half a turn (dissertation, eq. 4.8): the sample (theta, t) is the
/// fan's at gamma = asin(t / D), beta = theta - gamma, bilinear in views and bins, averaged with its conjugate
/// (theta + pi, -t) where the detector sees both. Views that a <see cref="ShortScan"/> does not have are 0, as those at its
/// ends are when it has its weights. Linear in bins first and in views after, so that in the adjoint threads own columns,
/// then views.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class ParallelRebinning<T> : LinearOperator<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int BlockColumns = 32;

    private readonly ScanGeometry _fan;
    private readonly RebinningGrid _grid;
    private readonly T[] _left;
    private readonly T[] _right;
    private readonly KernelPath _path;

    /// <summary>Creates the operator of a fan.</summary>
    /// <param name="fan">An arc or a flat detector, a full turn or a short scan.</param>
    /// <param name="options">Bins and views of the parallel sinogram.</param>
    /// <exception cref="InputException"><c>ScanRangeUnsupported</c>: neither a full turn nor a short scan.</exception>
    /// <exception cref="ArgumentException">The rays are parallel already.</exception>
    public ParallelRebinning(ScanGeometry fan, ReconstructionOptions options)
        : this(fan, options, KernelPaths.Widest)
    {
    }

    internal ParallelRebinning(ScanGeometry fan, ReconstructionOptions options, KernelPath path)
    {
        ArgumentNullException.ThrowIfNull(fan);
        _grid = new RebinningGrid(fan, options);
        _fan = fan;
        _left = [.. _grid.LeftWeight.Select(T.CreateTruncating)];
        _right = [.. _grid.RightWeight.Select(T.CreateTruncating)];

        // The views that a short scan does not have are the scalar path's.
        _path = typeof(T) == typeof(float) && fan.IsFullTurn ? path : KernelPath.Scalar;
    }

    /// <summary>The geometry of the result.</summary>
    public ScanGeometry ParallelGeometry => _grid.Parallel;

    /// <inheritdoc/>
    public override int InputLength => _fan.SinogramLength;

    /// <inheritdoc/>
    public override int OutputLength => ParallelGeometry.SinogramLength;

    private int Columns => ParallelGeometry.Bins;

    private protected override void ApplyOne(T* input, T* output, WorkContext work)
    {
        using var scratch = new Scratch<T>(_fan.Views * Columns);
        fixed (T* buffer = scratch.Values)
        {
            var columns = buffer;
            Parallel.For(0, _fan.Views, work.Parallel, view => ToColumns(input + (view * _fan.Bins), columns + (view * Columns)));
            Parallel.For(
                0, ParallelGeometry.Views, work.Parallel, angle => ToViews(columns, angle, output + (angle * Columns)));
        }
    }

    private protected override void ApplyAdjointOne(T* output, T* input, WorkContext work)
    {
        using var scratch = new Scratch<T>(_fan.Views * Columns);
        fixed (T* buffer = scratch.Values)
        {
            var columns = buffer;
            Parallel.For(0, (Columns + BlockColumns - 1) / BlockColumns, work.Parallel, block =>
                FromViews(output, columns, block * BlockColumns, Math.Min(Columns, (block + 1) * BlockColumns)));
            Parallel.For(0, _fan.Views, work.Parallel, view => FromColumns(columns + (view * Columns), input + (view * _fan.Bins)));
        }
    }

    private void ToColumns(T* bins, T* columns)
    {
        var done = _path == KernelPath.Scalar ? 0 : RebinningKernel.ToColumns(
            _grid, (float[])(object)_left, (float[])(object)_right, (float*)bins, (float*)columns);
        for (var column = done; column < Columns; column++)
        {
            var bin = _grid.Bin[column];
            columns[column] = (_left[column] * bins[bin]) + (_right[column] * bins[bin + 1]);
        }
    }

    private void FromColumns(T* columns, T* bins)
    {
        new Span<T>(bins, _fan.Bins).Clear();
        for (var column = 0; column < Columns; column++)
        {
            var bin = _grid.Bin[column];
            bins[bin] += _left[column] * columns[column];
            bins[bin + 1] += _right[column] * columns[column];
        }
    }

    private void ToViews(T* columns, int angle, T* target)
    {
        var place = _grid.AngleInViews(angle);
        var opposite = place + (0.5 * _grid.TurnInViews);
        var done = _path != KernelPath.Vector512 ? 0 : RebinningKernel.ToViews(
            _grid, _fan.Views, place, opposite, (float*)columns, (float*)target);
        for (var column = done; column < Columns; column++)
        {
            var mirror = Columns - 1 - column;
            target[column] = Between(columns + column, place - _grid.FanInViews[column])
                + Between(columns + mirror, opposite - _grid.FanInViews[mirror]);
        }
    }

    private T Between(T* column, double place)
    {
        var (view, next, share) = Neighbours(place);
        var here = view < 0 ? T.Zero : column[view * Columns];
        return T.FusedMultiplyAdd(share, (next < 0 ? T.Zero : column[next * Columns]) - here, here);
    }

    // The adjoint of ToViews for some columns: each takes from its own bin of every angle and from its mirror's.
    private void FromViews(T* source, T* columns, int first, int end)
    {
        for (var view = 0; view < _fan.Views; view++) new Span<T>(columns + (view * Columns) + first, end - first).Clear();
        for (var angle = 0; angle < ParallelGeometry.Views; angle++)
        {
            var row = source + (angle * Columns);
            var place = _grid.AngleInViews(angle);
            var opposite = place + (0.5 * _grid.TurnInViews);
            for (var column = first; column < end; column++)
            {
                Spread(columns + column, place - _grid.FanInViews[column], row[column]);
                Spread(columns + column, opposite - _grid.FanInViews[column], row[Columns - 1 - column]);
            }
        }
    }

    private void Spread(T* column, double place, T value)
    {
        var (view, next, share) = Neighbours(place);
        var right = share * value;
        if (view >= 0) column[view * Columns] += value - right;
        if (next >= 0) column[next * Columns] += right;
    }

    // place lies within one turn of 0 .. a turn. Views that there are not are -1; the view before the first of a short scan is
    // one of them.
    private (int View, int Next, T Share) Neighbours(double place)
    {
        var turn = _grid.TurnInViews;
        if (place < 0) place += turn;
        else if (place >= turn) place -= turn;
        if (_fan.IsFullTurn)
        {
            var whole = Math.Min((int)place, _fan.Views - 1);
            return (whole, whole + 1 == _fan.Views ? 0 : whole + 1, T.CreateTruncating(place - whole));
        }

        // Nearer to the first view than to any that is missing.
        if (place > turn - 1) return (-1, 0, T.CreateTruncating(place - (turn - 1)));
        var view = (int)place;
        return view >= _fan.Views ? (-1, -1, T.Zero) : (view, view + 1 == _fan.Views ? -1 : view + 1, T.CreateTruncating(place - view));
    }
}
