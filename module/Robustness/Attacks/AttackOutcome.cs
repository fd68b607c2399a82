using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What an attack made of a batch with one budget.</summary>
/// <param name="Epsilon">The budget; none for an attack that takes none.</param>
/// <param name="Images">The changed images, N x C x H x W.</param>
/// <param name="Iterations">Steps spent on each image: gradients taken, or queries made.</param>
/// <param name="Exits">Why the attack stopped on each image.</param>
public sealed record AttackOutcome(Epsilon? Epsilon, Tensor Images, int[] Iterations, AttackExit[] Exits) : IDisposable
{
    /// <summary>
    /// The part of <see cref="IAdversarialAttack.Stages"/> that turned each image, by its place; -1 where none did. Empty for
    /// attacks without parts.
    /// </summary>
    public IReadOnlyList<int> TurnedBy { get; init; } = [];

    /// <summary>The outcome of an attack that does the same steps on every image.</summary>
    internal static AttackOutcome Uniform(Epsilon epsilon, Tensor images, int iterations)
    {
        var count = (int)images.shape[0];
        var spent = new int[count];
        Array.Fill(spent, iterations);
        return new AttackOutcome(epsilon, images, spent, new AttackExit[count]);
    }

    /// <summary>The outcome of an attack without a budget, before its first step.</summary>
    internal static AttackOutcome Unbounded(Tensor images)
    {
        var count = (int)images.shape[0];
        return new AttackOutcome(null, images, new int[count], new AttackExit[count]);
    }

    /// <summary>Whether all images are those of the batch, to the last value.</summary>
    internal bool Leaves(AttackBatch batch)
    {
        using var scope = NewDisposeScope();
        return Images.eq(batch.Images).all().item<bool>();
    }

    /// <summary>Puts the images of the batch in the place of those that are NaN or infinite somewhere.</summary>
    internal void Restore(AttackBatch batch)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var finite = Images.isfinite().flatten(1).all(1);
        if (finite.all().item<bool>()) return;
        Images.copy_(where(finite.view(-1, 1, 1, 1), Images, batch.Images));
        var flags = finite.cpu().data<bool>().ToArray();
        for (var row = 0; row < flags.Length; row++)
        {
            if (!flags[row]) Exits[row] = AttackExit.NotFinite;
        }
    }

    /// <summary>Releases the images.</summary>
    public void Dispose() => Images.Dispose();
}
