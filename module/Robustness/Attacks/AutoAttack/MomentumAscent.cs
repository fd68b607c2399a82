using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// APGD in the maximum and the Euclidean norm (Croce and Hein 2020): steps from 2 epsilon on, mixed with the last move; a
/// window of steps that brought too few increases, or no new best, halves the step and returns to the best point. Windows
/// are .22 of the steps, and shrink by .03 down to .06.
/// </summary>
internal sealed class MomentumAscent : AscentState
{
    private const double IncreaseShare = 0.75;
    private const double MoveShare = 0.75;

    private readonly int _shortestWindow;
    private readonly int _windowDecrease;
    private Tensor _previous;
    private Tensor _bestLossAtWindow;
    private Tensor _lastLoss;
    private Tensor _increases;
    private Tensor _halvedBefore;
    private Tensor _step;
    private int _window;
    private int _counted;

    /// <summary>Starts; all tensors belong to the current scope.</summary>
    public MomentumAscent(Tensor start, NormBall ball, double epsilon, int steps)
        : base(start, ball)
    {
        _window = Math.Max((int)(0.22 * steps), 1);
        _shortestWindow = Math.Max((int)(0.06 * steps), 1);
        _windowDecrease = Math.Max((int)(0.03 * steps), 1);
        _previous = start.clone();
        (_bestLossAtWindow, _lastLoss, _increases) = (zeros_like(BestLoss), zeros_like(BestLoss), zeros_like(BestLoss));
        _halvedBefore = ones_like(Reached);
        _step = full([start.shape[0], 1, 1, 1], Held(2 * epsilon), start.dtype, start.device);
    }

    public override void Step(bool isFirst)
    {
        var move = Current - _previous;
        _previous.copy_(Current);
        var share = isFirst ? 1 : MoveShare;
        var ahead = Ball.Project_(Current.Plus(_step * Ball.Ascent(Gradient)));
        Current.Plus_((ahead - Current).mul_(Held(share)).add_(move, alpha: Held(1 - share)));
        Ball.Project_(Current);
    }

    public override void Take(LossGradient loss, AttackGoal goal, bool isStart)
    {
        base.Take(loss, goal, isStart);
        if (isStart)
        {
            _bestLossAtWindow.copy_(BestLoss);
            return;
        }

        // The first step is compared with zero and not with the start, as in AutoAttack's public code.
        _increases.Plus_((loss.Losses > _lastLoss).to(_increases.dtype));
        _lastLoss.copy_(loss.Losses);
        _counted++;
    }

    public override void CloseWindow()
    {
        if (_counted < _window) return;
        var few = _increases.le(Held(IncreaseShare * _window));
        var halve = few.logical_or(_halvedBefore.logical_not().logical_and(_bestLossAtWindow >= BestLoss));
        _halvedBefore.copy_(halve);
        _bestLossAtWindow.copy_(BestLoss);
        _step.copy_(where(PerImage(halve), _step.div(Held(2)), _step));
        Return(halve);
        _increases.zero_();
        _counted = 0;
        _window = Math.Max(_window - _windowDecrease, _shortestWindow);
    }

    public override void Keep(Tensor index, Tensor images)
    {
        base.Keep(index, images);
        _previous = OpenRows.Narrow(_previous, index);
        _bestLossAtWindow = OpenRows.Narrow(_bestLossAtWindow, index);
        _lastLoss = OpenRows.Narrow(_lastLoss, index);
        _increases = OpenRows.Narrow(_increases, index);
        _halvedBefore = OpenRows.Narrow(_halvedBefore, index);
        _step = OpenRows.Narrow(_step, index);
    }
}
