using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Repeats an attack from several starts on the images that have not reached the goal.</summary>
internal static class Restart
{
    /// <summary>Runs the starts; an image keeps what reached the goal first, else what the last start gave.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="batch">The images.</param>
    /// <param name="epsilon">The budget.</param>
    /// <param name="restarts">The number of starts, 1 or more.</param>
    /// <param name="steps">The steps of one start.</param>
    /// <param name="attack">One start on some of the images; it gives images of the caller's scope.</param>
    public static AttackOutcome Run(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, int restarts, int steps,
        Func<AttackBatch, int, Tensor> attack)
    {
        using var scope = NewDisposeScope();
        var outcome = AttackOutcome.Uniform(epsilon, attack(batch, 0), steps);
        var rows = restarts > 1 ? Remaining(classifier, batch, outcome.Images, outcome) : [];
        for (var start = 1; start < restarts && rows.Length > 0; start++)
        {
            using var inner = NewDisposeScope();
            var left = batch.Select(rows);
            var images = attack(left, start);
            outcome.Images.index_copy_(0, tensor(rows, ScalarType.Int64, images.device), images);
            foreach (var row in rows) outcome.Iterations[row] += steps;
            rows = Remaining(classifier, left, images, outcome, rows);
        }

        outcome.Images.MoveToOuterDisposeScope();
        return outcome;
    }

    private static int[] Remaining(
        ImageClassifier classifier, AttackBatch batch, Tensor images, AttackOutcome outcome, int[]? rows = null)
    {
        using var scope = NewDisposeScope();
        var reached = batch.Goal.Reached(InputGradient.Logits(classifier, images)).cpu().data<bool>().ToArray();
        var remaining = new List<int>();
        for (var i = 0; i < reached.Length; i++)
        {
            var row = rows is null ? i : rows[i];
            if (reached[i]) outcome.Exits[row] = AttackExit.GoalReached;
            else remaining.Add(row);
        }

        return [.. remaining];
    }
}
