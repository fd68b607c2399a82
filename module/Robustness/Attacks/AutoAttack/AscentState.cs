using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Where APGD stands with each image of a batch: the present point, the best, the last that reached the goal, and their
/// gradients. How a step goes, and what the end of a window changes, depends on the norm.
/// </summary>
internal abstract class AscentState
{
    private Tensor _bestGradient;
    private Tensor _adversarial;
    private Tensor _reached;

    /// <summary>Starts; all tensors belong to the current scope.</summary>
    protected AscentState(Tensor start, NormBall ball)
    {
        Ball = ball;
        Current = start.clone();
        (Best, _adversarial) = (start.clone(), start.clone());
        (Gradient, _bestGradient) = (zeros_like(start), zeros_like(start));
        BestLoss = zeros(start.shape[0], start.dtype, start.device);
        _reached = zeros(start.shape[0], ScalarType.Bool, start.device);
    }

    /// <summary>The points where the loss is wanted next.</summary>
    public Tensor Current { get; private set; }

    /// <summary>Which images have reached the goal at some point.</summary>
    public Tensor Reached => _reached;

    /// <summary>The last points that reached the goal, else the best ones.</summary>
    public Tensor Results => where(PerImage(_reached), _adversarial, Best);

    /// <summary>The budget.</summary>
    protected NormBall Ball { get; }

    /// <summary>The gradient at the present points.</summary>
    protected Tensor Gradient { get; private set; }

    /// <summary>The points of the largest losses.</summary>
    protected Tensor Best { get; private set; }

    /// <summary>Their losses.</summary>
    protected Tensor BestLoss { get; private set; }

    /// <summary>Moves the present points.</summary>
    /// <param name="isFirst">Whether it is the first step.</param>
    public abstract void Step(bool isFirst);

    /// <summary>Takes the losses at the present points.</summary>
    public virtual void Take(LossGradient loss, AttackGoal goal, bool isStart)
    {
        Gradient.copy_(loss.Gradient);
        var reached = goal.Reached(loss.Logits);
        _reached.logical_or_(reached);
        _adversarial.copy_(where(PerImage(reached), Current, _adversarial));
        var better = isStart ? ones_like(_reached) : loss.Losses > BestLoss;
        Best.copy_(where(PerImage(better), Current, Best));
        _bestGradient.copy_(where(PerImage(better), Gradient, _bestGradient));
        BestLoss.copy_(where(better, loss.Losses, BestLoss));
    }

    /// <summary>Adapts the steps, at the end of a window.</summary>
    public abstract void CloseWindow();

    /// <summary>Keeps some of the images.</summary>
    /// <param name="index">Their places.</param>
    /// <param name="images">The images as they were.</param>
    public virtual void Keep(Tensor index, Tensor images)
    {
        Ball.Keep(index, images);
        Current = OpenRows.Narrow(Current, index);
        Gradient = OpenRows.Narrow(Gradient, index);
        Best = OpenRows.Narrow(Best, index);
        BestLoss = OpenRows.Narrow(BestLoss, index);
        _bestGradient = OpenRows.Narrow(_bestGradient, index);
        _adversarial = OpenRows.Narrow(_adversarial, index);
        _reached = OpenRows.Narrow(_reached, index);
    }

    /// <summary>The result, moved to the scope outside of the current one.</summary>
    public AutoAttackRun Result() => new(
        Best.MoveToOuterDisposeScope(), BestLoss.MoveToOuterDisposeScope(),
        _adversarial.MoveToOuterDisposeScope(), _reached.MoveToOuterDisposeScope());

    /// <summary>Sets some images back to their best points.</summary>
    protected void Return(Tensor flags)
    {
        var rows = PerImage(flags);
        Current.copy_(where(rows, Best, Current));
        Gradient.copy_(where(rows, _bestGradient, Gradient));
    }

    /// <summary>A value for each image, to meet tensors of images.</summary>
    protected static Tensor PerImage(Tensor values) => values.view(-1, 1, 1, 1);
}

/// <summary>What a start of APGD ended with.</summary>
/// <param name="Best">The points of the largest loss.</param>
/// <param name="BestLosses">Their losses.</param>
/// <param name="Adversarial">The last points that reached the goal; the start where none did.</param>
/// <param name="Reached">Whether any did.</param>
internal sealed record AutoAttackRun(Tensor Best, Tensor BestLosses, Tensor Adversarial, Tensor Reached);
