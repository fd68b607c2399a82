using System.Buffers;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Learning;

/// <summary>Against the library's plain sums in double, which are another algorithm's.</summary>
public sealed class WinogradTests
{
    // Of the largest value: the transforms' cancellations, some ten times a plain sum's rounding.
    private const double Tolerance = 2e-5;

    public WinogradTests()
    {
        TorchBackend.EnsureLoaded();
        Assert.SkipUnless(WinogradKernel.IsSupported, "The kernel is for AVX-512.");
        Spoil();
    }

    // Sides that are whole tiles and not, channels that are whole vectors and not, more tiles than one block holds.
    public static TheoryData<int, int, int, int, int> Shapes => new()
    {
        { 1, 32, 32, 8, 8 },
        { 2, 17, 33, 5, 7 },
        { 1, 65, 64, 13, 26 },
        { 3, 32, 48, 1, 3 },
        { 1, 129, 40, 30, 18 },
        { 2, 64, 64, 70, 66 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_convolution_is_that_of_plain_sums(int batch, int channels, int filters, int height, int width)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = Case(batch, channels, filters, height, width);
        var exact = nn.functional.conv2d(input.to(float64), weight.to(float64), bias.to(float64), padding: [1, 1]);
        using var filter = WinogradConvolution.Filter(weight);
        AssertNear(exact, WinogradConvolution.Apply(input, filter, filters, bias), Tolerance);
        AssertNear(exact.relu(), WinogradConvolution.Apply(input, filter, filters, bias, isRectified: true), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Its_gradients_are_those_of_plain_sums(int batch, int channels, int filters, int height, int width)
    {
        using var scope = NewDisposeScope();
        var (input, weight, _) = Case(batch, channels, filters, height, width);
        var direction = randn([batch, filters, height, width], generator: new Generator(9, CPU));
        var (x, w) = (input.to(float64).requires_grad_(), weight.to(float64).requires_grad_());
        nn.functional.conv2d(x, w, padding: [1, 1]).backward([direction.to(float64)]);
        input.requires_grad_();
        weight.requires_grad_();
        WinogradFunction.apply(input, weight).backward([direction]);
        AssertNear(x.grad!, input.grad!, Tolerance);
        AssertNear(w.grad!, weight.grad!, Tolerance);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_threads()
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias) = Case(2, 64, 64, 70, 66);
        var before = get_num_threads();
        using var filter = WinogradConvolution.Filter(weight);
        try
        {
            set_num_threads(1);
            var (one, gradient) = (WinogradConvolution.Apply(input, filter, 64, bias), WinogradConvolution.WeightGradient(input, input));
            set_num_threads(3);
            Assert.Equal(0, (WinogradConvolution.Apply(input, filter, 64, bias) - one).abs().max().item<float>());
            Assert.Equal(0, (WinogradConvolution.WeightGradient(input, input) - gradient).abs().max().item<float>());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void A_network_of_few_channels_or_of_double_is_the_librarys()
    {
        using var scope = NewDisposeScope();
        var (input, weight, _) = Case(1, 32, 32, 24, 21);
        Assert.True(WinogradConvolution.Takes(input, weight));
        Assert.True(WinogradConvolution.TakesInTraining(input, weight));
        Assert.False(WinogradConvolution.TakesInTraining(input.narrow(3, 0, 20), weight));
        Assert.False(WinogradConvolution.Takes(input.to(float64), weight.to(float64)));
        Assert.False(WinogradConvolution.Takes(input.narrow(1, 0, 31), weight.narrow(1, 0, 31)));
        Assert.False(WinogradConvolution.Takes(input, zeros(32, 32, 1, 1)));
    }

    // What is rented next holds no number: none of it may reach a result.
    private static void Spoil()
    {
        float[][] rented = [.. Enumerable.Range(16, 6).SelectMany(power => Enumerable.Repeat(1 << power, 2)).Select(ArrayPool<float>.Shared.Rent)];
        foreach (var values in rented)
        {
            Array.Fill(values, float.NaN);
            ArrayPool<float>.Shared.Return(values);
        }
    }

    private static (Tensor Input, Tensor Weight, Tensor Bias) Case(int batch, int channels, int filters, int height, int width)
    {
        using var generator = new Generator(3, CPU);
        return (
            randn([batch, channels, height, width], generator: generator), randn([filters, channels, 3, 3], generator: generator),
            randn([filters], generator: generator));
    }

    private static void AssertNear(Tensor exact, Tensor value, double share)
    {
        Assert.Equal(exact.shape, value.shape);
        var largest = exact.abs().max().item<double>();
        Assert.InRange((value.to(float64) - exact).abs().max().item<double>(), 0, share * largest);
    }
}
