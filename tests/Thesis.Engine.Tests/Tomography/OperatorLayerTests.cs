using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Tomography.Operators;
using Thesis.Engine.Tomography;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Tomography;

public sealed class OperatorLayerTests
{
    public OperatorLayerTests() => TorchBackend.EnsureLoaded();

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var geometry in OperatorCases.Geometries.Keys)
            {
                cases.Add("inversion", geometry);
                cases.Add("projection", geometry);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kernels_and_tensor_operations_agree_forward_and_backward(string kind, string name)
    {
        var geometry = OperatorCases.Geometries[name];
        using var scope = NewDisposeScope();
        foreach (var (type, tolerance) in new[] { (ScalarType.Float64, 1e-11), (ScalarType.Float32, 1e-5) })
        {
            var kernels = Run(Create(kind, geometry, tensorsOnly: false), geometry, kind, type);
            var tensors = Run(Create(kind, geometry, tensorsOnly: true), geometry, kind, type);
            AssertNear(kernels.Output, tensors.Output, tolerance);
            AssertNear(kernels.Gradient, tensors.Gradient, tolerance);
        }
    }

    // d/dx sum(w A(x)^2) by central differences, in double: the whole chain through the layer.
    [Theory]
    [InlineData("inversion", "arc")]
    [InlineData("inversion", "flat")]
    [InlineData("inversion", "parallel")]
    [InlineData("inversion", "short")]
    [InlineData("projection", "arc")]
    [InlineData("projection", "flat")]
    [InlineData("projection", "parallel")]
    public void The_gradient_is_that_of_finite_differences(string kind, string name)
    {
        var geometry = OperatorCases.Geometries[name];
        foreach (var tensorsOnly in new[] { false, true })
        {
            using var scope = NewDisposeScope();
            using var layer = Create(kind, geometry, tensorsOnly);
            var x = Input(kind, geometry, ScalarType.Float64, 1).requires_grad_();
            var weights = tensor(OperatorVectors.Random((int)layer.OutputShape(2).Aggregate((a, b) => a * b), 9))
                .view(layer.OutputShape(2));
            Loss(x).backward();
            var gradient = x.grad!.view(-1);
            using var noGradient = no_grad();
            const double step = 1e-4;
            for (var i = 3; i < gradient.shape[0]; i += (int)(gradient.shape[0] / 7))
            {
                var shift = zeros_like(x);
                shift.view(-1)[i] = step;
                var slope = (Loss(x.Plus(shift)) - Loss(x - shift)).item<double>() / (2 * step);
                Assert.Equal(slope, gradient[i].item<double>(), 1e-6 * Math.Max(1, Math.Abs(slope)));
            }

            Tensor Loss(Tensor at) => (layer.forward(at).pow(Held(2)) * weights).sum();
        }
    }

    [Theory]
    [InlineData("arc")]
    [InlineData("short")]
    [InlineData("short-flat")]
    public void The_layer_is_the_tomograph(string name)
    {
        var geometry = OperatorCases.Geometries[name];
        var values = OperatorVectors.RandomSingle(geometry.SinogramLength, 3);
        var expected = new Tomograph(geometry).Reconstruct(new Sinogram(values, geometry), WorkContext.Default);
        using var scope = NewDisposeScope();
        using var layer = new RadonInversionLayer(geometry);
        var image = layer.forward(tensor(values).view(1, 1, geometry.Views, geometry.Bins));
        Assert.Equal([1, 1, geometry.ImageSize, geometry.ImageSize], image.shape);
        Assert.Equal(expected.Values, image.data<float>().ToArray());
    }

    // The process lives on, the gradient cannot be taken for one, and the cause comes out.
    [Fact]
    public void A_fault_in_the_backward_pass_is_kept_for_the_layer()
    {
        var geometry = OperatorVectors.Geometry;
        using var scope = NewDisposeScope();
        using var layer = new RadonInversionLayer(geometry);
        var x = Input("inversion", geometry, ScalarType.Float32, 4).requires_grad_();
        var y = layer.forward(x).sum();
        layer.Work = new WorkContext { Cancellation = new CancellationToken(canceled: true) };
        y.backward();
        Assert.True(x.grad!.isnan().all().item<bool>());
        Assert.ThrowsAny<OperationCanceledException>(layer.ThrowIfFaulted);
        layer.ThrowIfFaulted();
    }

    [Fact]
    public void Tensors_of_another_shape_or_type_are_refused()
    {
        using var scope = NewDisposeScope();
        using var layer = new ProjectionLayer(OperatorVectors.Geometry);
        foreach (var wrong in new[] { zeros(1, 1, 64, 63), zeros(1, 2, 64, 64), zeros(64, 64), zeros(1, 1, 64, 64, ScalarType.Int32) })
        {
            Assert.Equal("TensorShapeMismatch", Assert.Throws<InputException>(() => layer.forward(wrong)).ErrorId);
        }
    }

    private static OperatorLayer Create(string kind, ScanGeometry geometry, bool tensorsOnly) => kind == "projection"
        ? new ProjectionLayer(geometry) { TensorsOnly = tensorsOnly }
        : new RadonInversionLayer(geometry) { TensorsOnly = tensorsOnly };

    private static Tensor Input(string kind, ScanGeometry geometry, ScalarType type, long seed)
    {
        var (rows, columns) = kind == "projection"
            ? (geometry.ImageSize, geometry.ImageSize) : (geometry.Views, geometry.Bins);
        return tensor(OperatorVectors.Random(2 * rows * columns, seed)).view(2, 1, rows, columns).to(type);
    }

    private static (Tensor Output, Tensor Gradient) Run(
        OperatorLayer layer, ScanGeometry geometry, string kind, ScalarType type)
    {
        using (layer)
        {
            var x = Input(kind, geometry, type, 5).requires_grad_();
            var y = layer.forward(x);
            var direction = tensor(OperatorVectors.Random((int)y.numel(), 6)).view(y.shape).to(type);
            (y * direction).sum().backward();
            return (y.detach(), x.grad!);
        }
    }

    private static void AssertNear(Tensor expected, Tensor actual, double tolerance)
    {
        var difference = (expected - actual).abs().max().to(ScalarType.Float64).item<double>();
        var largest = expected.abs().max().to(ScalarType.Float64).item<double>();
        Assert.True(difference <= tolerance * largest, $"{difference}, the largest is {largest}");
    }
}
