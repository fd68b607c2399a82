using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Runtime;

/// <summary>Which instructions a kernel uses, the narrowest first.</summary>
internal enum KernelPath
{
    /// <summary>No instruction of one processor: one value at a time, or .NET's portable vectors. The only path of double.</summary>
    Scalar,

    /// <summary>AVX2 with FMA.</summary>
    Vector256,

    /// <summary>AVX-512.</summary>
    Vector512,
}

/// <summary>
/// Decides, for all kernels of the engine, which path each takes. It goes by what the processor has:
/// <c>Vector512.IsHardwareAccelerated</c> is no guide, since .NET answers false for processors (Skylake-X, Cascade Lake)
/// whose first AVX-512 code slows the clock, where these kernels still take half the time.
/// <para>
/// A kernel whose paths give the same bytes takes the <see cref="Fastest"/>, by a short measurement at its first use.
/// One whose paths agree to rounding takes the <see cref="Widest"/>, so that the same machine always gives the same
/// bytes. Loops that wait for memory use .NET's portable vectors, whatever their width, and need no path.
/// </para>
/// </summary>
internal static class KernelPaths
{
    // A processor may need some 100 us to power its wide units, so a path is run for longer than that before it counts.
    private const int Rounds = 3;
    private static readonly TimeSpan TimeOfRound = TimeSpan.FromMilliseconds(0.5);

    /// <summary>The widest that the processor has.</summary>
    public static KernelPath Widest { get; } =
        Avx512F.IsSupported ? KernelPath.Vector512
        : Avx2.IsSupported && Fma.IsSupported ? KernelPath.Vector256
        : KernelPath.Scalar;

    /// <summary>All that the processor has.</summary>
    public static IEnumerable<KernelPath> Available => Enum.GetValues<KernelPath>().Where(path => path <= Widest);

    /// <summary>The path that does a piece of work in the least time; of equals the narrower.</summary>
    /// <param name="paths">The paths that the kernel has.</param>
    /// <param name="work">Some 10 us of the kernel's work, compiled in full from the first call on.</param>
    public static KernelPath Fastest(IEnumerable<KernelPath> paths, Action<KernelPath> work)
    {
        var candidates = paths.Intersect(Available).Order().ToArray();
        if (candidates.Length == 1) return candidates[0];
        foreach (var path in candidates) work(path);
        var least = new TimeSpan[candidates.Length];
        Array.Fill(least, TimeSpan.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < candidates.Length; i++)
            {
                var time = LeastTime(candidates[i], work);
                if (time < least[i]) least[i] = time;
            }
        }

        return candidates[Array.IndexOf(least, least.Min())];
    }

    // The least of many: what other threads do to a measurement can only make it longer.
    private static TimeSpan LeastTime(KernelPath path, Action<KernelPath> work)
    {
        var least = TimeSpan.MaxValue;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeOfRound)
        {
            var before = Stopwatch.GetTimestamp();
            work(path);
            var time = Stopwatch.GetElapsedTime(before);
            if (time < least) least = time;
        }

        return least;
    }
}
