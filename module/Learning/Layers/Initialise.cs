using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning;

/// <summary>
/// First values of parameters, drawn from a generator of the run. The library's own initialisers draw from the
/// process's.
/// </summary>
internal static class Initialise
{
    /// <summary>
    /// Xavier's uniform values (Glorot and Bengio 2010), U(-a, a) with a = sqrt(6 / (fan in + fan out)), for every weight
    /// of two or more dimensions, in the order of the module; every other parameter, such as a bias, becomes 0, but for
    /// the scales of batch normalisation, which become 1.
    /// </summary>
    public static void Xavier(nn.Module module, Generator generator) =>
        Each(module, generator, (fanIn, fanOut) => Math.Sqrt(6.0 / (fanIn + fanOut)));

    /// <summary>He's uniform values (He et al. 2015) for ReLU, a = sqrt(6 / fan in); the rest as by <see cref="Xavier"/>.</summary>
    public static void He(nn.Module module, Generator generator) =>
        Each(module, generator, (fanIn, _) => Math.Sqrt(6.0 / fanIn));

    private static void Each(nn.Module module, Generator generator, Func<long, long, double> bound)
    {
        using var guard = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            using var scope = NewDisposeScope();
            if (parameter.dim() >= 2)
            {
                var (fanIn, fanOut) = nn.init.CalculateFanInAndFanOut(parameter);
                var limit = bound(fanIn, fanOut);
                // Drawn on the CPU, so that a run begins with the same values on every device.
                var values = empty(parameter.shape, dtype: parameter.dtype).uniform_(-limit, limit, generator);
                parameter.copy_(values);
            }
            else
            {
                parameter.fill_(Held(name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0));
            }
        }
    }
}
