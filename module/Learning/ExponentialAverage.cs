using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// The exponential average of a module's parameters over the steps of a run. The average is a module of the same kind; a
/// task that lists it among its modules has it saved and resumed with the others, and may measure and write it.
/// </summary>
internal static class ExponentialAverage
{
    /// <summary>average = decay average + (1 - decay) module, for parameters; buffers are copied. Call it after a step.</summary>
    /// <param name="average">The average; before the first step a copy of the module, as decay 0 makes it.</param>
    /// <param name="module">What is trained.</param>
    /// <param name="decay">The share of the old average, 0 .. 1.</param>
    public static void Update(nn.Module average, nn.Module module, double decay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decay);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decay, 1);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (mean, value) in average.parameters().Zip(module.parameters()))
        {
            mean.mul_(Held(decay)).add_(value, alpha: Held(1 - decay));
        }

        foreach (var (copy, value) in average.buffers().Zip(module.buffers())) copy.copy_(value);
    }
}
