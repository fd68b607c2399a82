using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The images of a batch that an attack still works on. Who is done leaves its image in the outcome; what the attack holds
/// for the others is narrowed by the index that <see cref="LetGo"/> returns. What this makes belongs to the scope of the
/// outcome's images.
/// </summary>
internal sealed class OpenRows
{
    private readonly AttackBatch _whole;
    private readonly AttackOutcome _outcome;

    /// <summary>All images of a batch, which will be left in an outcome.</summary>
    public OpenRows(AttackBatch batch, AttackOutcome outcome)
    {
        (_whole, Batch, _outcome) = (batch, batch, outcome);
        Rows = [.. Enumerable.Range(0, batch.Count)];
    }

    /// <summary>The images that are left.</summary>
    public AttackBatch Batch { get; private set; }

    /// <summary>Their rows in the whole batch.</summary>
    public int[] Rows { get; private set; }

    /// <summary>How many are left.</summary>
    public int Count => Rows.Length;

    /// <summary>Adds the same number of steps to each image that is left.</summary>
    public void Spend(int iterations)
    {
        foreach (var row in Rows) _outcome.Iterations[row] += iterations;
    }

    /// <summary>Adds what an attack spent on the images that are left.</summary>
    public void Spend(AttackOutcome run)
    {
        for (var place = 0; place < Count; place++) _outcome.Iterations[Rows[place]] += run.Iterations[place];
    }

    /// <summary>Writes the images of those that reached the goal, and lets them go.</summary>
    /// <param name="reached">A flag for each image that is left.</param>
    /// <param name="images">Their present images.</param>
    /// <returns>The places of those that stay, among those that were left; null when all stay.</returns>
    public Tensor? LetGo(Tensor reached, Tensor images)
    {
        var flags = reached.cpu().data<bool>().ToArray();
        if (!Array.Exists(flags, flag => flag)) return null;
        int[] gone = Places(flags, true), left = Places(flags, false);
        Write(images.index_select(0, Index(gone)), gone);
        foreach (var place in gone) _outcome.Exits[Rows[place]] = AttackExit.GoalReached;
        Rows = [.. left.Select(place => Rows[place])];
        var (before, index) = (Batch, Index(left));
        Batch = before.Select(left);
        foreach (var tensor in Tensors(Batch)) tensor.MoveToOtherDisposeScope(_outcome.Images);
        if (!ReferenceEquals(before, _whole)) foreach (var tensor in Tensors(before)) tensor.Dispose();
        return index;
    }

    /// <summary>Writes the images of those that are left.</summary>
    public void Finish(Tensor images, AttackExit exit)
    {
        if (Count == 0) return;
        Write(images, [.. Enumerable.Range(0, Count)]);
        foreach (var row in Rows) _outcome.Exits[row] = exit;
    }

    /// <summary>Writes what an attack made of those that are left.</summary>
    public void Finish(AttackOutcome run)
    {
        Write(run.Images, [.. Enumerable.Range(0, Count)]);
        for (var place = 0; place < Count; place++) _outcome.Exits[Rows[place]] = run.Exits[place];
    }

    /// <summary>The rows of a tensor that stay, in its scope and in its stead.</summary>
    public static Tensor Narrow(Tensor values, Tensor index)
    {
        using (values) return values.index_select(0, index).MoveToOtherDisposeScope(values);
    }

    /// <summary>The goal of the rows that stay, in the stead and the scope of the old one, which is let be.</summary>
    public static AttackGoal Narrow(AttackGoal goal, Tensor index, Tensor scope)
    {
        var left = goal.Select(index);
        left.Labels.MoveToOtherDisposeScope(scope);
        left.Targets?.MoveToOtherDisposeScope(scope);
        return left;
    }

    private static int[] Places(bool[] flags, bool wanted) =>
        [.. Enumerable.Range(0, flags.Length).Where(place => flags[place] == wanted)];

    private static IEnumerable<Tensor> Tensors(AttackBatch batch) => batch.Goal.Targets is { } targets
        ? [batch.Images, batch.Goal.Labels, targets]
        : [batch.Images, batch.Goal.Labels];

    private Tensor Index(int[] places) => tensor(places, ScalarType.Int64, _whole.Images.device);

    private void Write(Tensor images, int[] places) =>
        _outcome.Images.index_copy_(0, Index([.. places.Select(place => Rows[place])]), images);
}
