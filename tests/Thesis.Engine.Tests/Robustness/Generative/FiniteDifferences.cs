using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>Gradients against central differences along random directions.</summary>
internal static class FiniteDifferences
{
    /// <summary>The slope along three directions is the gradient's, to a share of it.</summary>
    public static void Check(Tensor at, Tensor gradient, Func<Tensor, Tensor> value, double step, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(11, CPU);
        var point = at.detach();
        for (var i = 0; i < 3; i++)
        {
            var direction = empty_like(point).normal_(0, 1, generator);
            var above = value(point.add(direction, alpha: Held(step))).detach().item<double>();
            var below = value(point.add(direction, alpha: Held(-step))).detach().item<double>();
            var slope = (above - below) / (2 * step);
            var promised = (gradient * direction).sum().item<double>();
            Assert.True(
                Math.Abs(slope - promised) <= tolerance * Math.Max(1e-3, Math.Abs(slope)),
                FormattableString.Invariant($"The slope is {slope}, the gradient says {promised}."));
        }
    }
}
