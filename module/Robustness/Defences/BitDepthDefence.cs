using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// Feature squeezing by bit depth (Xu et al. 2018): a value is rounded to the nearest of 2^b levels, round(x (2^b - 1)) / (2^b - 1).
/// Its derivative is zero nearly everywhere, so the backward pass is that of the identity (BPDA).
/// </summary>
public sealed class BitDepthDefence : ImageDefence
{
    private readonly int _depth;

    /// <summary>Creates the step.</summary>
    /// <param name="depth">b, 1 to 8.</param>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public BitDepthDefence(int depth) => _depth = OptionRange.Within(depth, 1, 8);

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"bits-{_depth}");

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Approximation => images => images.alias();

    /// <inheritdoc/>
    public override Tensor Apply(Tensor images, ImageDraws draws, int part)
    {
        ArgumentNullException.ThrowIfNull(images);
        double steps = (1 << _depth) - 1;
        using var scope = NewDisposeScope();
        return images.clamp(Held(0), Held(1)).mul(Held(steps)).round().div(Held(steps)).MoveToOuterDisposeScope();
    }
}
