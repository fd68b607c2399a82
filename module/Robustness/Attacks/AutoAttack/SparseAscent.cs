using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// APGD in the norm of the sum (Croce and Hein 2021): a step goes along the signs of the largest values of the gradient
/// only. How many follows from how many pixels the best points change: every .04 of the steps it becomes two thirds of
/// that, and where the number fell by a twentieth the step is the whole budget again, from the best point; else the step is
/// divided by 1.5, down to a tenth of the budget.
/// </summary>
internal sealed class SparseAscent : AscentState
{
    private const double FirstShare = 0.2;
    private const double Denser = 1.5;
    private const double StepDecrease = 1.5;
    private const double ShortestStep = 10;
    private const double Fewer = 0.95;

    private readonly double _epsilon;
    private readonly long _pixels;
    private readonly int _window;
    private Tensor _centre;
    private Tensor _share;
    private Tensor _changedBefore;
    private Tensor _step;
    private int _counted;

    /// <summary>Starts; all tensors belong to the current scope.</summary>
    /// <param name="start">The first points.</param>
    /// <param name="centre">The images.</param>
    /// <param name="ball">The budget.</param>
    /// <param name="epsilon">Its radius.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="isContinued">Whether the start is another ascent's best point, whose sparsity counts.</param>
    public SparseAscent(Tensor start, Tensor centre, NormBall ball, double epsilon, int steps, bool isContinued)
        : base(start, ball)
    {
        _epsilon = epsilon;
        _centre = centre.clone();
        _pixels = start.numel() / start.shape[0];
        _window = Math.Max((int)(0.04 * steps), 1);
        _changedBefore = isContinued ? Changed(start) : full_like(BestLoss, Held((double)_pixels));
        _share = isContinued ? ShareOf(_changedBefore) : full_like(BestLoss, Held(FirstShare));
        _step = full_like(BestLoss, Held(epsilon));
    }

    public override void Step(bool isFirst)
    {
        var sizes = Gradient.flatten(1).abs();
        var (sorted, _) = sizes.sort(1);
        var place = _share.neg().Plus_(Held(1)).mul_(Held((double)_pixels)).clamp_(Held(0), Held(_pixels - 1.0)).to(ScalarType.Int64);
        var least = sorted.gather(1, place.unsqueeze(1));
        var sparse = (Gradient.flatten(1) * sizes.ge(least)).view(Gradient.shape);
        Current.Plus_(Ball.Ascent(sparse).mul_(PerImage(_step)));
        Ball.Project_(Current);
    }

    public override void Take(LossGradient loss, AttackGoal goal, bool isStart)
    {
        base.Take(loss, goal, isStart);
        if (!isStart) _counted++;
    }

    public override void CloseWindow()
    {
        if (_counted < _window) return;
        var changed = Changed(Best);
        var fewer = (changed / _changedBefore).lt(Held(Fewer));
        _share.copy_(ShareOf(changed));
        var shorter = _step.div(Held(StepDecrease)).clamp_min_(Held(_epsilon / ShortestStep));
        _step.copy_(where(fewer, full_like(_step, Held(_epsilon)), shorter));
        _changedBefore.copy_(changed);
        Return(fewer);
        _counted = 0;
    }

    public override void Keep(Tensor index, Tensor images)
    {
        base.Keep(index, images);
        _centre = OpenRows.Narrow(_centre, index);
        _share = OpenRows.Narrow(_share, index);
        _changedBefore = OpenRows.Narrow(_changedBefore, index);
        _step = OpenRows.Narrow(_step, index);
    }

    private Tensor Changed(Tensor points) => (points - _centre).ne(Held(0)).flatten(1).sum(1).to(BestLoss.dtype);

    private Tensor ShareOf(Tensor changed) => changed.div(Held(_pixels * Denser));
}
