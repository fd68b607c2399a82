using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Keeps oneDNN, libtorch's library of convolutions, from computing wrongly. It sizes its kernels by the processor's caches, and
/// some virtual machines say that there are none, which it reads as caches of one byte. Its kernels for AVX-512 (3.7.1, in libtorch
/// 2.10) then leave channels out where their number is no multiple of 16, and write beyond their memory: the gradient of a layer of 8
/// channels had a relative error of .6. Its kernels for AVX2 are right there.
/// </summary>
internal static partial class ConvolutionLibrary
{
    // The variable by which a user limits oneDNN himself.
    private const string LimitVariable = "ONEDNN_MAX_CPU_ISA";
    private const string Limit = "AVX2";
    private const string EnableName = "_ZN2at7Context20setUserEnabledMkldnnEb";
    private const double Tolerance = 1e-4;

    /// <summary>
    /// Limits oneDNN to AVX2 on a processor that hides its caches, unless the user chose; call before libtorch's first convolution.
    /// </summary>
    public static void LimitWhereCachesAreHidden()
    {
        if (!HidesCaches() || Environment.GetEnvironmentVariable(LimitVariable) is not null) return;
        if (OperatingSystem.IsWindows()) Environment.SetEnvironmentVariable(LimitVariable, Limit);
        else _ = SetVariable(LimitVariable, Limit, overwrite: 0);
    }

    /// <summary>Turns oneDNN off, for the process, where its convolutions are not those of float64; some milliseconds.</summary>
    /// <param name="libraries">The opened files of libtorch.</param>
    /// <exception cref="InputException"><c>TorchBackendWrong</c>: they are not, and the library has no switch.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void TurnOffWhereWrong(IReadOnlyList<string> libraries)
    {
        // Channels that fill half of a register of AVX-512, in both directions, and one that fills a part.
        if (IsRight(inputs: 24, outputs: 24, side: 7) && IsRight(1, 8, 28) && IsRight(33, 32, 8)) return;
        if (TorchContext.TrySet(libraries, EnableName, value: false)) return;
        throw new InputException(
            "TorchBackendWrong", FaultKind.ResourceUnavailable,
            $"libtorch computes convolutions wrongly on this processor. Set {LimitVariable} to {Limit} before PowerShell starts.",
            LimitVariable);
    }

    /// <summary>Whether a convolution of 3 x 3 and both its gradients in float32 are those in float64, which oneDNN does not compute.</summary>
    internal static bool IsRight(long inputs, long outputs, long side)
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

    // AMD's leaf of caches, where the processor has AVX-512 at all: its first entry has no kind of cache.
    private static bool HidesCaches()
    {
        if (!X86Base.IsSupported) return false;
        var (most, vendor, _, _) = X86Base.CpuId(0, 0);
        var (mostExtended, _, _, _) = X86Base.CpuId(unchecked((int)0x80000000), 0);
        if (most < 7 || vendor != 0x68747541 || unchecked((uint)mostExtended) < 0x8000001D) return false;
        var hasAvx512 = (X86Base.CpuId(7, 0).Ebx & (1 << 16)) != 0;
        return hasAvx512 && (X86Base.CpuId(unchecked((int)0x8000001D), 0).Eax & 31) == 0;
    }

    // The runtime keeps a copy of the variables of its own, which native code does not see.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
