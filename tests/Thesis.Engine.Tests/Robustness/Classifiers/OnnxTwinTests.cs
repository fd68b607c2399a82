using Google.Protobuf;
using Thesis.Engine.Data;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tests.Learning.Onnx;
using Xunit;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness.Classifiers;

/// <summary>ONNX files as networks with gradients; the exports were made by PyTorch (tests/data/onnx).</summary>
public sealed class OnnxTwinTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;
    private static readonly ImageShape Digit = new(1, 28, 28);
    private readonly TestFolder _folder = new();

    public OnnxTwinTests()
    {
        TorchBackend.EnsureLoaded();
        OnnxBackend.EnsureLoaded();
    }

    [Theory]
    [InlineData("cnn")]
    [InlineData("residual")]
    [InlineData("transformer")]
    public void Logits_and_gradients_are_those_of_PyTorch(string name)
    {
        using var scope = NewDisposeScope();
        using var model = ClassifierLoader.Load(TestFolder.Onnx(name + ".onnx"), new ClassifierLoadOptions(), Work);
        Assert.Equal((true, Digit, 10), (model.IsDifferentiable, model.ImageShape, model.ClassCount));
        var images = Vector("images").requires_grad_();
        var labels = tensor([7L, 2, 1, 0]);
        var logits = model.Logits(images);
        var loss = nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum);
        var gradient = autograd.grad([loss], [images])[0];
        Assert.True(Largest(logits - Vector(name + "-logits")) <= 1e-4, $"{Largest(logits - Vector(name + "-logits"))}");
        Assert.True(Largest(gradient - Vector(name + "-gradient")) <= 1e-5, $"{Largest(gradient - Vector(name + "-gradient"))}");
    }

    [Theory]
    [InlineData("cnn")]
    [InlineData("residual")]
    [InlineData("transformer")]
    public void Of_200_digits_as_many_stay_right_as_with_TorchScript_within_one(string name)
    {
        var dataset = ImageDataset.Open("mnist", new ImageDatasetOptions { DataPath = Path.GetDirectoryName(TestData.Find("mnist"))! });
        var images = dataset.Read(DatasetSplit.Test, Work).Slice(0, 200);
        var options = new RobustnessEvaluationOptions
        {
            Attacks = [new FastGradientSignAttack(), new ProjectedGradientAttack(new ProjectedGradientOptions { Steps = 5 })],
            Budgets = new AttackBudgets { Linf = [new(16)], L2 = [], L1 = [] },
        };
        var loading = new ClassifierLoadOptions { TrustedCode = true, ImageShape = Digit, Samples = images };
        var reports = new[] { ".onnx", ".pt" }.Select(kind => RobustnessRuns.Evaluate(
            TestFolder.Onnx(name + kind), loading, images, options, Work).Rows.Select(row => row.Correct).ToArray()).ToArray();
        Assert.All(reports[0].Zip(reports[1]), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        Assert.InRange(reports[0][0], 170, 200);
        Assert.InRange(reports[0][2], 0, reports[0][0] - 20);
    }

    [Fact]
    public void Float64_is_computed_in_float64()
    {
        using var scope = NewDisposeScope();
        var options = new ClassifierLoadOptions { DoublePrecision = true };
        using var model = ClassifierLoader.Load(TestFolder.Onnx("transformer.onnx"), options, Work);
        var logits = model.Logits(Vector("images").to_type(ScalarType.Float64));
        Assert.Equal(ScalarType.Float64, logits.dtype);
        Assert.True(Largest(logits - Vector("transformer-logits").to_type(ScalarType.Float64)) <= 1e-4);
    }

    [Fact]
    public void A_fixed_batch_is_filled_up()
    {
        var options = new ClassifierLoadOptions { ImageShape = new ImageShape(1, 4, 4) };
        using var open = ClassifierLoader.Load(TestFolder.Learning("linear.onnx"), options, Work);
        using var two = ClassifierLoader.Load(TestFolder.Learning("linear_batch2.onnx"), options, Work);
        using var images = TwinTests.Images(5, open.ImageShape).to(ScalarType.Float32).requires_grad_();
        Assert.Equal(open.Logits(images).data<float>().ToArray(), two.Logits(images).data<float>().ToArray());
        var gradients = new[] { open, two }.Select(model => autograd.grad([model.Logits(images).sum()], [images])[0].data<float>().ToArray()).ToArray();
        Assert.Equal(gradients[0], gradients[1]);
    }

    [Fact]
    public void An_uncovered_operator_is_named_and_the_file_stays_a_black_box()
    {
        var sentences = new List<string>();
        using var model = Load(Node("Hardmax", "x", "h"), Work with { Verbose = sentences.Add });
        Assert.False(model.IsDifferentiable);
        Assert.Contains("'Hardmax_h' (Hardmax)", model.GradientFault!.Message, StringComparison.Ordinal);
        Assert.Contains("Hardmax", Assert.Single(sentences), StringComparison.Ordinal);
        using var images = zeros(3, 1, 2, 2);
        Assert.Equal([3L, 4], model.Logits(images).shape);
        var fault = Assert.Throws<InputException>(() => ClassifierFit.RequireGradients(model, "PGD needs"));
        Assert.Equal("OnnxOperatorUncovered", fault.ErrorId);
        Assert.Contains("Hardmax_h", fault.Message, StringComparison.Ordinal);
    }

    // Softmax of operator set 11 joins the axes from its own on; one that is read as of set 13 takes its axis alone.
    [Fact]
    public void Logits_that_differ_from_the_runtimes_name_the_first_node_that_does()
    {
        var warnings = new List<string>();
        var path = Write(11, OnnxModels.Node("Softmax", "x", "h", ("axis", 1)));
        using var runtime = OnnxClassifier.Load(path, new ClassifierLoadOptions(), Work);
        var file = OnnxFile.Read(path);
        file.Model.OpsetImport[0].Version = 13;
        var wrong = OnnxFile.Read(_folder.Write("wrong.onnx", file.Model.ToByteArray()));
        using var twin = OnnxTwin.Of(wrong, runtime, new ClassifierLoadOptions(), Work);
        var fault = Assert.Throws<InputException>(() => OnnxAgreement.Require(OnnxFile.Read(path), twin, runtime, null));
        Assert.Equal("OnnxLogitsDiffer", fault.ErrorId);
        Assert.Contains("'Softmax_h' (Softmax)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_without_gradients_is_a_black_box()
    {
        var path = Write(13, OnnxModels.Node("Cast", "x", "i", ("to", 7)), OnnxModels.Node("Cast", "i", "h", ("to", 1)));
        using var model = ClassifierLoader.Load(path, new ClassifierLoadOptions(), Work);
        Assert.Equal((false, null), (model.IsDifferentiable, model.GradientFault?.ErrorId));
    }

    public void Dispose() => _folder.Dispose();

    private static NodeProto Node(string operation, string inputs, string outputs) => OnnxModels.Node(operation, inputs, outputs);

    private ImageClassifier Load(NodeProto node, WorkContext work) => ClassifierLoader.Load(Write(13, node), new ClassifierLoadOptions(), work);

    private string Write(int opset, params NodeProto[] nodes)
    {
        long[] input = [-1, 1, 2, 2];
        var model = OnnxModels.Model(opset, input, [.. nodes, OnnxModels.Node("Flatten", "h", "y")], []);
        return _folder.Write("model.onnx", model.ToByteArray());
    }

    private static double Largest(Tensor values) => values.abs().max().to_type(ScalarType.Float64).item<double>();

    private static Tensor Vector(string name)
    {
        var array = NpyFile.Read(TestFolder.Onnx(name + ".npy"), Work);
        return tensor((float[])array.Data, Array.ConvertAll(array.Shape, length => (long)length));
    }
}
