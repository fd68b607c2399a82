using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>
/// <see cref="ParallelRebinning{T}"/> by tensor operations. Bins are interpolated by a product with a matrix, views by
/// gathers, in the adjoint too: a view gathers from the few angles that lie within one view of it, with hat weights, so
/// that nothing is scattered and a GPU's sums have one order. Views that a short scan does not have are 0.
/// </summary>
internal sealed class TensorRebinning : ITensorOperator
{
    private readonly ScanGeometry _fan;
    private readonly RebinningGrid _grid;
    private readonly TensorTable _bins;
    private readonly TensorTable _fanInViews;
    private readonly TensorTable _angles;

    public TensorRebinning(ScanGeometry fan, ReconstructionOptions options)
    {
        _fan = fan;
        _grid = new RebinningGrid(fan, options);
        var columns = _grid.Parallel.Bins;
        var matrix = new double[fan.Bins * columns];
        for (var column = 0; column < columns; column++)
        {
            matrix[(_grid.Bin[column] * columns) + column] += _grid.LeftWeight[column];
            matrix[((_grid.Bin[column] + 1) * columns) + column] += _grid.RightWeight[column];
        }

        _bins = new TensorTable(matrix, fan.Bins, columns);
        _fanInViews = new TensorTable(_grid.FanInViews, columns);
        var angles = _grid.Parallel.Views;
        _angles = new TensorTable([.. Enumerable.Range(0, angles).Select(_grid.AngleInViews)], angles, 1);
    }

    public Tensor Apply(Tensor input)
    {
        using var scope = NewDisposeScope();
        var columns = input.view(-1, _fan.Views, _fan.Bins).matmul(_bins.For(input));
        var place = _angles.In(ScalarType.Float64, input.device) - _fanInViews.In(ScalarType.Float64, input.device);
        var opposite = _angles.In(ScalarType.Float64, input.device).Plus(Held(0.5 * _grid.TurnInViews))
            - _fanInViews.In(ScalarType.Float64, input.device).flip(0);
        var result = Between(columns, place).Plus(Between(columns.flip(2), opposite));
        return result.view(-1, _grid.Parallel.SinogramLength).MoveToOuterDisposeScope();
    }

    public Tensor ApplyAdjoint(Tensor output)
    {
        using var scope = NewDisposeScope();
        var folded = output.view(-1, _grid.Parallel.Views, _grid.Parallel.Bins);
        // A whole turn of angles: the second half are the conjugates of the first.
        var turn = cat([folded, folded.flip(2)], dim: 1);
        var (angles, views) = (turn.shape[1], _fan.Views);
        var step = _grid.TurnInViews / angles * Math.Sign(_fan.AngularRange);
        var first = _grid.AngleInViews(0);
        var view = arange(Held(0), Held(views), Held(1), dtype: ScalarType.Float64, device: output.device).unsqueeze(1);
        var place = view.Plus(_fanInViews.In(ScalarType.Float64, output.device)).sub(Held(first)).div(Held(step));
        var reach = 1 / Math.Abs(step);
        var nearest = place.sub(Held(reach)).floor();
        var columns = zeros_like(turn.narrow(1, 0, 1)).expand(-1, views, -1).clone();
        var ofFirst = view.eq(Held(0)).to(ScalarType.Float64);
        for (var n = 1; n <= Math.Floor(2 * reach) + 1; n++)
        {
            var angle = nearest.Plus(Held(n));
            var distance = (angle - place).abs().mul(Held(Math.Abs(step)));
            var weight = distance.neg().Plus(Held(1)).clamp_min(Held(0));
            if (!_fan.IsFullTurn)
            {
                var seen = angle.mul(Held(step)).Plus(Held(first)) - _fanInViews.In(ScalarType.Float64, output.device);
                weight = weight.where(IsNearFirst(seen).logical_not(), ofFirst * weight);
            }

            var index = angle.remainder(Held(angles)).to(ScalarType.Int64);
            columns.Plus_(weight.to(output.dtype) * Gather(turn, index));
        }

        return columns.matmul(_bins.For(output).t()).view(-1, _fan.SinogramLength).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _bins.Dispose();
        _fanInViews.Dispose();
        _angles.Dispose();
    }

    // columns [B, views, bins] at real places [angles, bins] along the views, which close to a turn.
    private Tensor Between(Tensor columns, Tensor place)
    {
        using var scope = NewDisposeScope();
        if (!_fan.IsFullTurn) return BetweenPresent(columns, place).MoveToOuterDisposeScope();
        var floor = place.floor();
        var share = (place - floor).to(columns.dtype);
        var here = Gather(columns, floor.remainder(Held(_fan.Views)).to(ScalarType.Int64));
        var next = Gather(columns, floor.Plus(Held(1)).remainder(Held(_fan.Views)).to(ScalarType.Int64));
        return here.Plus(share * (next - here)).MoveToOuterDisposeScope();
    }

    // The same of a short scan: views that there are not are one of zeros behind the last, also the one before the first.
    private Tensor BetweenPresent(Tensor columns, Tensor place)
    {
        var (present, last) = (cat([columns, zeros_like(columns.narrow(1, 0, 1))], dim: 1), _grid.TurnInViews - 1);
        var within = place.remainder(Held(_grid.TurnInViews));
        var isNearFirst = IsNearFirst(place);
        var floor = within.floor();
        var share = (within - floor).where(isNearFirst.logical_not(), within.sub(Held(last))).to(columns.dtype);
        var view = floor.clamp_max(Held(_fan.Views)).masked_fill(isNearFirst, Held(_fan.Views)).to(ScalarType.Int64);
        var following = floor.Plus(Held(1)).clamp_max(Held(_fan.Views)).masked_fill(isNearFirst, Held(0)).to(ScalarType.Int64);
        var here = Gather(present, view);
        return here.Plus(share * (Gather(present, following) - here));
    }

    // Nearer to the first view of a short scan than to any that is missing.
    private Tensor IsNearFirst(Tensor place) => place.remainder(Held(_grid.TurnInViews)).gt(Held(_grid.TurnInViews - 1));

    private static Tensor Gather(Tensor rows, Tensor index) =>
        rows.gather(1, index.unsqueeze(0).expand(rows.shape[0], -1, -1));
}
