using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// Dropout (Srivastava et al. 2014): in training each value is kept with probability 1 - p and divided by it, else set to
/// 0. The library's own layer draws from the process's generator; this one draws from <see cref="Generator"/>, so that a
/// run's bytes depend on its seed alone.
/// </summary>
internal sealed class SeededDropout : nn.Module<Tensor, Tensor>
{
    private readonly double _keep;

    /// <summary>Creates the layer.</summary>
    /// <param name="probability">p, 0 .. 1, not 1.</param>
    public SeededDropout(double probability)
        : base(nameof(SeededDropout))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(probability, 1);
        _keep = 1 - probability;
    }

    /// <summary>Draws the masks; needed in training only.</summary>
    public Generator? Generator { get; set; }

    /// <summary>Gives every such layer of a module the generator of a step.</summary>
    public static void Seed(nn.Module module, Generator generator)
    {
        foreach (var layer in module.modules().OfType<SeededDropout>()) layer.Generator = generator;
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (!training) return input;
        var generator = Generator ?? throw new InvalidOperationException("Dropout was given no generator.");
        using var scope = NewDisposeScope();
        var mask = empty_like(input).bernoulli_(_keep, generator).div_(Held(_keep));
        return (input * mask).MoveToOuterDisposeScope();
    }
}
