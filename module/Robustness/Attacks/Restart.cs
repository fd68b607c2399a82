using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>Starts an attack several times; a further start is spent only on images that have not reached the goal.</summary>
internal static class Restart
{
    /// <summary>Runs the starts; an image keeps what reached the goal first, else what the last start gave.</summary>
    /// <param name="classifier">The model.</param>
    /// <param name="batch">The images.</param>
    /// <param name="epsilon">The budget.</param>
    /// <param name="restarts">The number of starts, 1 or more.</param>
    /// <param name="attack">One start on some of the images; its outcome belongs to the caller's scope.</param>
    public static AttackOutcome Run(
        ImageClassifier classifier, AttackBatch batch, Epsilon epsilon, int restarts,
        Func<AttackBatch, int, AttackOutcome> attack)
    {
        using var scope = NewDisposeScope();
        var outcome = AttackOutcome.Uniform(epsilon, batch.Images.clone(), 0);
        var open = new OpenRows(batch, outcome);
        for (var start = 0; start < restarts && open.Count > 0; start++)
        {
            using var inner = NewDisposeScope();
            var run = attack(open.Batch, start);
            open.Spend(run);
            if (start == restarts - 1) open.Finish(run);
            else if (restarts > 1) open.LetGo(open.Batch.Goal.Reached(InputGradient.Logits(classifier, open.Batch, run.Images)), run.Images);
        }

        outcome.Images.MoveToOuterDisposeScope();
        return outcome;
    }
}
