using System.Runtime.Intrinsics.X86;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Runtime;

public sealed class KernelPathTests
{
    [Fact]
    public void What_the_processor_has_decides_not_what_the_runtime_prefers()
    {
        Assert.Equal(Avx512F.IsSupported, KernelPaths.Available.Contains(KernelPath.Vector512));
        Assert.Equal(Avx2.IsSupported && Fma.IsSupported, KernelPaths.Available.Contains(KernelPath.Vector256));
        Assert.Contains(KernelPath.Scalar, KernelPaths.Available);
        Assert.Equal(KernelPaths.Available.Max(), KernelPaths.Widest);
    }

    [Fact]
    public void The_path_that_takes_the_least_time_is_the_fastest()
    {
        // A millisecond against none: no load of the machine turns that around in the least of many.
        foreach (var quick in KernelPaths.Available)
        {
            Assert.Equal(quick, KernelPaths.Fastest(KernelPaths.Available, path =>
            {
                if (path != quick) Thread.Sleep(1);
            }));
        }
    }

    [Fact]
    public void A_path_that_the_processor_lacks_is_never_run()
    {
        var lacking = Enum.GetValues<KernelPath>().Except(KernelPaths.Available).ToArray();
        var run = new HashSet<KernelPath>();
        KernelPaths.Fastest(Enum.GetValues<KernelPath>(), path => run.Add(path));
        Assert.Empty(run.Intersect(lacking));
        Assert.Contains(ProductTile.Fastest, KernelPaths.Available);
    }
}
