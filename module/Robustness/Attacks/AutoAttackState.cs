using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Where APGD stands with each image of a batch: points, losses, steps and the window that is counted.</summary>
internal sealed class AutoAttackState
{
    private readonly int _shortestWindow;
    private readonly int _windowDecrease;

    private readonly Tensor _previous;
    private readonly Tensor _gradient;
    private readonly Tensor _best;
    private readonly Tensor _bestGradient;
    private readonly Tensor _bestLoss;
    private readonly Tensor _bestLossAtWindow;
    private readonly Tensor _lastLoss;
    private readonly Tensor _increases;
    private readonly Tensor _halvedBefore;
    private readonly Tensor _step;
    private readonly Tensor _adversarial;
    private readonly Tensor _reached;
    private int _window;
    private int _counted;

    /// <summary>Starts; all tensors belong to the current scope.</summary>
    public AutoAttackState(Tensor start, double step, int steps)
    {
        var count = start.shape[0];
        _window = Math.Max((int)(0.22 * steps), 1);
        _shortestWindow = Math.Max((int)(0.06 * steps), 1);
        _windowDecrease = Math.Max((int)(0.03 * steps), 1);
        Current = start.clone();
        (_previous, _best, _adversarial) = (start.clone(), start.clone(), start.clone());
        (_gradient, _bestGradient) = (zeros_like(start), zeros_like(start));
        _bestLoss = zeros(count, start.dtype, start.device);
        (_bestLossAtWindow, _lastLoss, _increases) = (zeros_like(_bestLoss), zeros_like(_bestLoss), zeros_like(_bestLoss));
        _halvedBefore = ones(count, ScalarType.Bool, start.device);
        _reached = zeros(count, ScalarType.Bool, start.device);
        _step = full([count, 1, 1, 1], Held(step), start.dtype, start.device);
    }

    /// <summary>The points where the loss is wanted next.</summary>
    public Tensor Current { get; }

    /// <summary>A step along the sign of the gradient, mixed with the last move.</summary>
    public void Step(PixelBall ball, double share)
    {
        var move = Current - _previous;
        _previous.copy_(Current);
        var ahead = ball.Project_(Current.Plus(_step * _gradient.sign()));
        Current.Plus_((ahead - Current).mul_(Held(share)).add_(move, alpha: Held(1 - share)));
        ball.Project_(Current);
    }

    /// <summary>Takes the losses at the current points.</summary>
    public void Take(LossGradient loss, AttackGoal goal, bool isStart)
    {
        _gradient.copy_(loss.Gradient);
        var reached = goal.Reached(loss.Logits);
        _reached.logical_or_(reached);
        _adversarial.copy_(where(PerImage(reached), Current, _adversarial));
        if (!isStart) _increases.Plus_((loss.Losses > _lastLoss).to(_increases.dtype));

        // The first step is compared with zero and not with the start, as in AutoAttack's public code.
        if (!isStart) _lastLoss.copy_(loss.Losses);
        var better = isStart ? ones_like(_reached) : loss.Losses > _bestLoss;
        _best.copy_(where(PerImage(better), Current, _best));
        _bestGradient.copy_(where(PerImage(better), _gradient, _bestGradient));
        _bestLoss.copy_(where(better, loss.Losses, _bestLoss));
        if (isStart) _bestLossAtWindow.copy_(_bestLoss);
        else _counted++;
    }

    /// <summary>At the end of a window: halves the steps that brought too little, and returns to the best points.</summary>
    public void CloseWindow(double increaseShare)
    {
        if (_counted < _window) return;
        var few = _increases.le(Held(increaseShare * _window));
        var halve = few.logical_or(_halvedBefore.logical_not().logical_and(_bestLossAtWindow >= _bestLoss));
        _halvedBefore.copy_(halve);
        _bestLossAtWindow.copy_(_bestLoss);
        var rows = PerImage(halve);
        _step.copy_(where(rows, _step.div(Held(2)), _step));
        Current.copy_(where(rows, _best, Current));
        _gradient.copy_(where(rows, _bestGradient, _gradient));
        _increases.zero_();
        _counted = 0;
        _window = Math.Max(_window - _windowDecrease, _shortestWindow);
    }

    /// <summary>The result, moved to the scope outside of the current one.</summary>
    public AutoAttackRun Result() => new(
        _best.MoveToOuterDisposeScope(), _bestLoss.MoveToOuterDisposeScope(),
        _adversarial.MoveToOuterDisposeScope(), _reached.MoveToOuterDisposeScope());

    private static Tensor PerImage(Tensor flags) => flags.view(-1, 1, 1, 1);
}
