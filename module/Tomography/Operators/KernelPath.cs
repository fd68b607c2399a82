using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Tomography;

/// <summary>Which instructions a float kernel uses. The paths give the same values to rounding.</summary>
internal enum KernelPath
{
    /// <summary>One value at a time; the only path of double.</summary>
    Scalar,

    /// <summary>AVX2 with FMA.</summary>
    Vector256,

    /// <summary>AVX-512.</summary>
    Vector512,
}

/// <summary>What this machine can run.</summary>
internal static class KernelPaths
{
    /// <summary>The fastest.</summary>
    public static KernelPath Best =>
        Avx512F.IsSupported ? KernelPath.Vector512
        : Avx2.IsSupported && Fma.IsSupported ? KernelPath.Vector256
        : KernelPath.Scalar;
}
