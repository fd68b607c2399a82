using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>What an attack made of a batch with one budget.</summary>
/// <param name="Epsilon">The budget; none for an attack that takes none.</param>
/// <param name="Images">The changed images, N x C x H x W.</param>
/// <param name="Iterations">Steps spent on each image: gradients taken, or queries made.</param>
/// <param name="Exits">Why the attack stopped on each image.</param>
public sealed record AttackOutcome(Epsilon? Epsilon, Tensor Images, int[] Iterations, AttackExit[] Exits) : IDisposable
{
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

    /// <summary>Releases the images.</summary>
    public void Dispose() => Images.Dispose();
}
