using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Runtime;

/// <summary>
/// Convolutions of float32 as this process computes them against float64: on some processors the library's own are wrong for
/// channels that are no multiple of 8 or 16.
/// </summary>
public sealed class ConvolutionLibraryTests : IDisposable
{
    // Of the length: a sum of 1,161 products, whose rounding y sin y makes some thirty times as large, was 3e-5 off on an Intel Xeon; what
    // is wrong is .6 off, or NaN.
    private const double Tolerance = 1e-4;

    private readonly IDisposable _scope;

    public ConvolutionLibraryTests()
    {
        TorchBackend.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, 8, 28, 3, 1)]
    [InlineData(8, 8, 28, 3, 1)]
    [InlineData(8, 16, 28, 3, 2)]
    [InlineData(16, 24, 14, 1, 2)]
    [InlineData(16, 1, 14, 3, 1)]
    [InlineData(24, 24, 7, 3, 1)]
    [InlineData(17, 16, 48, 3, 1)]
    [InlineData(33, 32, 24, 3, 1)]
    [InlineData(65, 64, 12, 3, 1)]
    [InlineData(129, 64, 6, 3, 1)]
    public void Convolutions_and_their_gradients_are_those_of_float64(long inputs, long outputs, long side, int kernel, int stride)
    {
        using var generator = new Generator(7, CPU);
        var image = empty(3, inputs, side, side).normal_(0, 1, generator);
        var weight = empty(outputs, inputs, kernel, kernel).normal_(0, 1, generator);
        var exact = Run(image.to(ScalarType.Float64), weight.to(ScalarType.Float64));
        foreach (var found in new[]
        {
            Run(image, weight), Run(ChannelsLast.Of(image), weight), Run(image, ChannelsLast.Of(weight)),
            Run(ChannelsLast.Of(image), ChannelsLast.Of(weight)),
        })
        {
            for (var i = 0; i < exact.Length; i++)
            {
                var distance = found[i].to(ScalarType.Float64).sub(exact[i]).norm().item<double>();
                var length = exact[i].norm().item<double>();
                Assert.True(distance <= Tolerance * length, $"value {i}: {distance} of {length}");
            }
        }

        Tensor[] Run(Tensor x, Tensor w)
        {
            LeaveNaNInFreedMemory();
            (x, w) = (x.detach().requires_grad_(true), w.detach().requires_grad_(true));
            var y = nn.functional.conv2d(x, w, padding: [kernel / 2, kernel / 2], strides: [stride, stride]);
            return [y.detach(), .. autograd.grad([y.mul(y.sin()).sum()], [x, w])];
        }
    }

    // A kernel that reads what it should not then finds no harmless zeros.
    private static void LeaveNaNInFreedMemory()
    {
        var sizes = new[] { 64L, 1_000, 4_096, 10_000, 50_000, 200_000, 900_000 };
        foreach (var tensor in sizes.SelectMany(size => Enumerable.Range(0, 4).Select(_ => full(size, Held(double.NaN)))).ToArray())
        {
            tensor.Dispose();
        }
    }
}
