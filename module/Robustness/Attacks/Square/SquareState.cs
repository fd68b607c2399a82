using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The images that the square attack still works on: their best points, margins and generators.</summary>
internal sealed class SquareState
{
    private readonly OpenRows _open;
    private readonly double _epsilon;
    private readonly ISquareMoves _moves;
    private SeededRandom[] _generators;
    private Tensor _best;
    private Tensor _margins;

    /// <summary>Starts; all tensors belong to the current scope.</summary>
    public SquareState(AttackBatch batch, AttackOutcome outcome, double epsilon, PerturbationNorm norm)
    {
        _open = new OpenRows(batch, outcome);
        _epsilon = epsilon;
        _moves = norm == PerturbationNorm.Linf ? new StripeMoves() : new PeakMoves(norm);
        _generators = batch.Generators(RandomStream.Square, 0);
        _best = batch.Images.clone();
        _margins = full(batch.Count, Held(double.PositiveInfinity), batch.Images.dtype, batch.Images.device);
    }

    /// <summary>The images that are left.</summary>
    public AttackBatch Batch => _open.Batch;

    /// <summary>How many images are left.</summary>
    public int Count => _open.Count;

    /// <summary>The first points.</summary>
    public Tensor First() => _moves.First(_open.Batch.Images, _epsilon, Draws());

    /// <summary>The best points with a square each changed.</summary>
    public Tensor Next(int side) => _moves.Next(_open.Batch.Images, _best, side, _epsilon, Draws());

    /// <summary>Keeps the candidates that lowered the margin, and lets go of the images that reached the goal.</summary>
    public void Take(Tensor candidates, Tensor logits)
    {
        var margins = _open.Batch.Goal.Shortfall(logits);
        var goal = _open.Batch.Goal.Reached(logits);
        var better = margins.lt(_margins).logical_or(goal);
        _best.copy_(where(better.view(-1, 1, 1, 1), candidates, _best));
        _margins.copy_(where(better, margins, _margins));
        _open.Spend(1);
        if (_open.LetGo(goal, _best) is not { } index) return;
        _best = OpenRows.Narrow(_best, index);
        _margins = OpenRows.Narrow(_margins, index);
        _generators = [.. index.cpu().data<long>().ToArray().Select(place => _generators[place])];
    }

    /// <summary>Writes the best points of the images that are left.</summary>
    public void Finish() => _open.Finish(_best, AttackExit.StepsDone);

    private SquareDraws Draws() => new(_generators, _best);
}
