using System.Runtime.CompilerServices;
using Thesis.Engine.Runtime;
using TorchSharp;
using Xunit;

namespace Thesis.Engine.Tests;

public sealed class TorchBackendTests
{
    [Fact]
    public void The_backend_loads_and_multiplies()
    {
        TorchBackend.EnsureLoaded();
        Assert.Equal(27f, SumOfProduct());
        Assert.NotEmpty(TorchBackend.LoadedFiles);
    }

    [Fact]
    public void NNPACK_is_off()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "libtorch has no NNPACK on Windows.");
        TorchBackend.EnsureLoaded();
        Assert.False(NnpackSwitch.IsOn(TorchBackend.LoadedFiles));
    }

    [Fact]
    public void Bytes_that_are_no_library_are_refused()
    {
        Assert.Throws<InvalidDataException>(() => ElfSymbolVersion.MarkWeak(new byte[100], "GLIBCXX_3.4.32"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float SumOfProduct()
    {
        using var ones = torch.ones(3, 3);
        using var product = ones.mm(ones);
        using var sum = product.sum();
        return sum.item<float>();
    }
}
