using System.Runtime.CompilerServices;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Turns off oneDNN, libtorch's library of convolutions, on a processor where it computes wrongly. It sizes the reordering of padded blocks
/// by the cache of level 1, and where a virtual machine hides its caches (an AMD EPYC of family 26 was met), blocks are dropped (3.7.1, in
/// libtorch 2.10; issue 5313 of oneDNN tells of the same on ARM). Layers whose channels do not fill
/// blocks then gave gradients that were wrong by .6 of their length, NaN from finite values, and a heap written to beyond its
/// blocks, without a word. libtorch then takes its own convolutions.
/// </summary>
internal static class ConvolutionLibrary
{
    private const string EnableName = "_ZN2at7Context20setUserEnabledMkldnnEb";
    private const double Tolerance = 1e-4;

    // Of these, each failed with one family of kernels or another: channels in, channels out, side.
    private static readonly (long Inputs, long Outputs, long Side)[] Probes = [(24, 24, 7), (1, 8, 28), (33, 32, 8), (16, 1, 14)];

    /// <summary>Turns it off, for the process, where convolutions are not those of float64.</summary>
    /// <param name="libraries">The opened files of libtorch.</param>
    /// <exception cref="InputException"><c>TorchBackendWrong</c>: they are not, and the library has no switch.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void TurnOffWhereWrong(IReadOnlyList<string> libraries)
    {
        if (Probes.All(probe => IsRight(probe.Inputs, probe.Outputs, probe.Side))) return;
        if (TorchContext.TrySet(libraries, EnableName, value: false)) return;
        throw new InputException(
            "TorchBackendWrong", FaultKind.ResourceUnavailable,
            "libtorch computes convolutions wrongly on this processor. Set the variable ONEDNN_MAX_CPU_ISA to SSE41 before PowerShell starts.");
    }

    /// <summary>Whether a convolution of 3 x 3 and both its gradients in float32 are those in float64, which oneDNN does not compute.</summary>
    private static bool IsRight(long inputs, long outputs, long side)
    {
        using var scope = NewDisposeScope();
        var (image, weight) = (Wave(2, inputs, side, side), Wave(outputs, inputs, 3, 3));
        return Convolved(ScalarType.Float32).Zip(Convolved(ScalarType.Float64), AreNear).All(near => near);

        Tensor[] Convolved(ScalarType type)
        {
            var (x, w) = (image.to(type).requires_grad_(true), weight.to(type).requires_grad_(true));
            var y = nn.functional.conv2d(x, w, padding: [1, 1]);
            return [y.detach(), .. autograd.grad([y.mul(y).sum()], [x, w])];
        }

        static bool AreNear(Tensor found, Tensor exact)
        {
            using var difference = found.to(ScalarType.Float64).sub(exact);
            return difference.norm().item<double>() <= Tolerance * exact.norm().item<double>();
        }
    }

    private static Tensor Wave(params long[] shape)
    {
        var count = shape.Aggregate(1L, (product, length) => product * length);
        using var steps = arange(Held(0), Held(count), Held(1), dtype: ScalarType.Float64);
        return steps.mul(Held(0.7)).sin().view(shape);
    }
}
