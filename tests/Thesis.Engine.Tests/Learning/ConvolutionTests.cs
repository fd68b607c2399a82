using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Learning;

public sealed class ConvolutionTests
{
    public ConvolutionTests() => TorchBackend.EnsureLoaded();

    // libtorch 2.10 reads memory that was freed where channels are no multiples of 16 and the image is not channels last.
    [Theory]
    [InlineData(33, 16)]
    [InlineData(20, 50)]
    [InlineData(65, 64)]
    public void What_freed_memory_held_does_not_matter(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        using var layer = new Convolution(inputs, outputs, kernel: 3, CPU, padding: 1, hasBias: false);
        using (no_grad()) layer.Weight.copy_(rand(outputs, inputs, 3, 3));
        var image = rand(2, inputs, 12, 12).requires_grad_();
        var exact = image.detach().to(float64).requires_grad_();
        var expected = nn.functional.conv2d(exact, layer.Weight.to(float64), padding: [1, 1]);
        expected.sum().backward();
        Spoil();
        var result = layer.forward(image);
        Spoil();
        result.sum().backward();
        AssertNear(expected, result);
        AssertNear(exact.grad!, image.grad!);
    }

    private static void Spoil()
    {
        foreach (var power in Enumerable.Range(4, 16))
        {
            Tensor[] freed = [.. Enumerable.Range(0, 3).Select(_ => full([1L << power], HeldScalar.Held(double.NaN)))];
            foreach (var tensor in freed) tensor.Dispose();
        }
    }

    private static void AssertNear(Tensor exact, Tensor value) => Assert.InRange(
        (value.to(float64) - exact).abs().max().item<double>(), 0, 2e-5 * exact.abs().max().item<double>());
}
