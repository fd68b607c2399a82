using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>The images that the square attack still works on: their best points, margins and generators.</summary>
internal sealed class SquareState
{
    private readonly double _epsilon;
    private AttackBatch _batch;
    private int[] _rows;
    private SeededRandom[] _generators;
    private Tensor _best;
    private Tensor _margins;

    /// <summary>Starts; all tensors belong to the current scope.</summary>
    public SquareState(AttackBatch batch, double epsilon)
    {
        _batch = batch;
        _epsilon = epsilon;
        _rows = [.. Enumerable.Range(0, batch.Count)];
        _generators = batch.Generators(RandomStream.Square, 0);
        _best = batch.Images.clone();
        _margins = full(batch.Count, Held(double.PositiveInfinity), batch.Images.dtype, batch.Images.device);
    }

    /// <summary>How many images are left.</summary>
    public int Count => _rows.Length;

    /// <summary>The first points: every column of every channel moved by +-epsilon.</summary>
    public Tensor Stripes()
    {
        var (channels, width) = (_best.shape[1], _best.shape[3]);
        var signs = Draw((int)(channels * width), ImageNoise.Sign).view(Count, channels, 1, width);
        return Project(_batch.Images.Plus(signs.mul(Held(_epsilon))));
    }

    /// <summary>The best points with one square each moved by +-2 epsilon, back within the budget.</summary>
    public Tensor Squares(int side)
    {
        var (channels, height, width) = (_best.shape[1], (int)_best.shape[2], (int)_best.shape[3]);
        var top = Draw(1, random => random.NextInt32(height - side + 1)).view(Count, 1, 1, 1);
        var left = Draw(1, random => random.NextInt32(width - side + 1)).view(Count, 1, 1, 1);
        var signs = Draw((int)channels, ImageNoise.Sign).view(Count, channels, 1, 1);
        var inside = Within(height, top, side).view(Count, 1, height, 1)
            .logical_and(Within(width, left, side).view(Count, 1, 1, width));
        return Project(_best.Plus(signs.mul(Held(2 * _epsilon)) * inside));
    }

    /// <summary>Keeps the candidates that lowered the margin, and lets go of the images that reached the goal.</summary>
    public void Take(Tensor candidates, Tensor logits, AttackOutcome outcome)
    {
        var margins = _batch.Goal.Shortfall(logits);
        var goal = _batch.Goal.Reached(logits);
        var better = margins.lt(_margins).logical_or(goal);
        _best.copy_(where(better.view(-1, 1, 1, 1), candidates, _best));
        _margins.copy_(where(better, margins, _margins));
        foreach (var row in _rows) outcome.Iterations[row]++;
        var reached = goal.cpu().data<bool>().ToArray();
        if (Array.Exists(reached, one => one)) LetGo(reached, outcome);
    }

    /// <summary>Writes the best points of the images that are left.</summary>
    public void Finish(AttackOutcome outcome)
    {
        if (Count > 0) Write(_best, _rows, outcome);
    }

    private void LetGo(bool[] reached, AttackOutcome outcome)
    {
        var done = Places(reached, true);
        Write(_best.index_select(0, Index(done)), [.. done.Select(place => _rows[place])], outcome);
        foreach (var place in done) outcome.Exits[_rows[place]] = AttackExit.GoalReached;
        var left = Places(reached, false);
        var index = Index(left);
        _best = _best.index_select(0, index).MoveToOuterDisposeScope();
        _margins = _margins.index_select(0, index).MoveToOuterDisposeScope();
        _batch = _batch.Select(left);
        _batch.Images.MoveToOuterDisposeScope();
        _batch.Goal.Labels.MoveToOuterDisposeScope();
        _batch.Goal.Targets?.MoveToOuterDisposeScope();
        _generators = [.. left.Select(place => _generators[place])];
        _rows = [.. left.Select(place => _rows[place])];
    }

    private static int[] Places(bool[] reached, bool wanted) =>
        [.. Enumerable.Range(0, reached.Length).Where(place => reached[place] == wanted)];

    private Tensor Index(int[] places) => tensor(places, ScalarType.Int64, _best.device);

    private void Write(Tensor images, int[] rows, AttackOutcome outcome) =>
        outcome.Images.index_copy_(0, Index(rows), images);

    private Tensor Project(Tensor images)
    {
        using var ball = new PixelBall(_batch.Images, _epsilon);
        return ball.Project_(images);
    }

    private Tensor Draw(int perImage, Func<SeededRandom, double> draw)
    {
        using var like = _best.new_empty(Count, perImage);
        return ImageNoise.Draw(like, _generators, draw);
    }

    private Tensor Within(int length, Tensor start, int side)
    {
        var places = arange(Held(0), Held(length), Held(1), _best.dtype, _best.device).view(1, length);
        var first = start.view(Count, 1);
        return places.ge(first).logical_and(places.lt(first.Plus(Held(side))));
    }
}
