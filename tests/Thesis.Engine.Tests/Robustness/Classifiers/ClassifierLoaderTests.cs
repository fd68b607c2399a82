using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness.Classifiers;

public sealed class ClassifierLoaderTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;
    private static readonly ClassifierLoadOptions Defaults = new();
    private static readonly ImageShape Shape = new(1, 8, 8);
    private static readonly string[] Classes = ["a", "b", "c"];

    private readonly TestFolder _folder = new();

    public ClassifierLoaderTests() => TorchBackend.EnsureLoaded();

    [Fact]
    public void A_saved_network_is_loaded_frozen_with_the_same_logits()
    {
        using var network = ClassifierArchitecture.Find("small").Create(Shape, 3);
        TwinTests.Fill(network);
        var path = Save(network);
        network.eval();
        using var images = TwinTests.Images(2, Shape).to(ScalarType.Float32);
        using var loaded = ClassifierLoader.Load(path, Defaults, Work);
        Assert.Equal(("small", Shape, 3, true), (loaded.Name, loaded.ImageShape, loaded.ClassCount, loaded.IsDifferentiable));
        // The frozen network takes other kernels, whose sums go another way.
        Assert.True((network.forward(images) - loaded.Logits(images)).abs().max().item<float>() < 1e-5);
        Assert.Equal([2L, 128L], loaded.Features(images).shape);
        Assert.False(loaded.Logits(images).requires_grad);
    }

    [Fact]
    public void Gradients_reach_the_pixels_and_agree_with_finite_differences()
    {
        using var network = ClassifierArchitecture.Find("small").Create(Shape, 3);
        TwinTests.Fill(network);
        using var loaded = ClassifierLoader.Load(Save(network), new ClassifierLoadOptions { DoublePrecision = true }, Work);
        using var images = TwinTests.Images(1, Shape).requires_grad_(true);
        var gradient = autograd.grad([loaded.Logits(images)[0, 1]], [images])[0].data<double>().ToArray();
        const double step = 1e-6;
        for (var pixel = 0; pixel < 64; pixel += 7)
        {
            using var shift = zeros(64, ScalarType.Float64);
            shift[pixel] = step;
            var moved = shift.reshape(1, 1, 8, 8);
            var difference = loaded.Logits(images.detach().Plus(moved)) - loaded.Logits(images.detach() - moved);
            Assert.Equal(difference[0, 1].item<double>() / (2 * step), gradient[pixel], 1e-7);
        }
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "no architecture", "ArchitectureRequired" },
        { "no shape", "ClassifierMetadataInvalid" },
        { "one class", "ClassifierMetadataInvalid" },
        { "unknown architecture", "ArchitectureUnknown" },
        { "small shape", "ArchitectureShapeInvalid" },
        { "huge shape", "ModelStateMismatch" },
        { "tensor missing", "ModelStateMismatch" },
        { "tensor too many", "ModelStateMismatch" },
        { "other shape", "ModelStateMismatch" },
        { "NaN", "ModelNotFinite" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_of_a_file_is_one_error_with_its_path(string fault, string id)
    {
        using var network = ClassifierArchitecture.Find("small").Create(Shape, 3);
        TwinTests.Fill(network);
        var good = SafetensorsFile.Read(Save(network), Work);
        var bad = new TensorArchive();
        foreach (var (key, value) in good.Metadata) bad.Metadata[key] = value;
        foreach (var tensor in good.Tensors)
        {
            if (fault == "tensor missing" && tensor.Name == "fc2.bias") continue;
            if (fault == "NaN" && tensor.Name == "fc2.bias") bad.Add(tensor with { Data = [0, 0, 0xC0, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0] });
            else if (fault == "other shape" && tensor.Name == "fc2.bias") bad.Add(tensor with { Shape = [1, 3] });
            else bad.Add(tensor);
        }

        if (fault == "no architecture") bad.Metadata.Remove("architecture");
        if (fault == "no shape") bad.Metadata["image_shape"] = "1x8";
        if (fault == "one class") bad.Metadata["classes"] = "[\"a\"]";
        if (fault == "unknown architecture") bad.Metadata["architecture"] = "smal";
        if (fault == "small shape") bad.Metadata["image_shape"] = "1x2x2";
        // 32 GiB of weights, which no byte may be allocated for.
        if (fault == "huge shape") bad.Metadata["image_shape"] = "1x4096x4096";
        if (fault == "tensor too many") bad.Add(ArchivedTensor.Of("extra", [1]));
        SafetensorsFile.Write(_folder["bad.safetensors"], bad, overwrite: false);
        var found = Assert.Throws<InputException>(() => ClassifierLoader.Load(_folder["bad.safetensors"], Defaults, Work));
        Assert.Equal(id, found.ErrorId);
        if (fault != "small shape") Assert.Contains(_folder["bad.safetensors"], found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linear.onnx", 5)]
    [InlineData("linear_batch2.onnx", 5)]
    [InlineData("linear.pt", 5)]
    public void Models_of_others_give_the_logits_of_their_formula(string name, int count)
    {
        var options = new ClassifierLoadOptions { TrustedCode = true, ImageShape = new ImageShape(1, 4, 4) };
        using var model = ClassifierLoader.Load(TestFolder.Learning(name), options, Work);
        using var images = TwinTests.Images(count, model.ImageShape).to(ScalarType.Float32);
        var pixels = images.data<float>().ToArray();
        var logits = model.Logits(images).data<float>().ToArray();
        Assert.Equal(3, model.ClassCount);
        Assert.True(model.IsDifferentiable);
        double[] bias = [0.1, -0.2, 0.3];
        for (var i = 0; i < 3 * count; i++)
        {
            var expected = bias[i % 3];
            for (var j = 0; j < 16; j++) expected += Math.Sin((16 * (i % 3)) + j) * pixels[(16 * (i / 3)) + j];
            Assert.Equal(expected, logits[i], 1e-5);
        }

        Assert.Equal("FeaturesNotAvailable", Assert.Throws<InputException>(() => model.Features(images)).ErrorId);
    }

    [Theory]
    [InlineData("x.onnx", "OnnxInvalid")]
    [InlineData("x.safetensors", "SafetensorsHeaderInvalid")]
    [InlineData("x.pt", "TorchScriptInvalid")]
    [InlineData("x.h5", "ModelFormatUnknown")]
    public void A_file_that_is_no_model_is_one_error(string name, string id)
    {
        var path = _folder.Write(name, "this is no model at all, only text");
        var options = new ClassifierLoadOptions { TrustedCode = true, ImageShape = Shape };
        var found = Assert.Throws<InputException>(() => ClassifierLoader.Load(path, options, Work));
        Assert.Equal(id, found.ErrorId);
        Assert.Contains(path, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_is_not_run_unless_it_is_trusted()
    {
        var untrusted = Assert.Throws<InputException>(
            () => ClassifierLoader.Load(TestFolder.Learning("linear.pt"), new ClassifierLoadOptions { ImageShape = Shape }, Work));
        Assert.Equal("TrustedCodeRequired", untrusted.ErrorId);
        var pickled = Assert.Throws<InputException>(() => ClassifierLoader.Load(
            TestFolder.Learning("pickled.pt"), new ClassifierLoadOptions { ImageShape = Shape, TrustedCode = true }, Work));
        Assert.Equal("ArchitectureRequired", pickled.ErrorId);
    }

    [Fact]
    public void A_program_that_cuts_the_graph_is_a_black_box()
    {
        var options = new ClassifierLoadOptions { TrustedCode = true, ImageShape = new ImageShape(1, 4, 4) };
        using var cut = ClassifierLoader.Load(TestFolder.Learning("linear_cut.pt"), options, Work);
        Assert.Equal((3, false), (cut.ClassCount, cut.IsDifferentiable));
        var images = new LabelledImages(cut.ImageShape, new byte[32], [0, 2], ["a", "b", "c"], "grey");
        var found = Assert.Throws<InputException>(() => AttackRunner.Run(
            cut, images, new FastGradientSignAttack(), [new(8)], new AttackRunOptions(), Work, _ => { }));
        Assert.Equal("GradientsNotAvailable", found.ErrorId);
    }

    [Fact]
    public void A_program_that_flattens_by_view_runs()
    {
        var options = new ClassifierLoadOptions { TrustedCode = true, ImageShape = new ImageShape(1, 4, 4) };
        using var model = ClassifierLoader.Load(TestFolder.Learning("view.pt"), options, Work);
        Assert.Equal((3, true), (model.ClassCount, model.IsDifferentiable));
        var images = linspace(0, 1, 48).view(3, 1, 4, 4);
        var weights = tensor([.. Enumerable.Range(0, 27).Select(k => (float)Math.Sin(k))]).view(3, 1, 3, 3);
        var maps = nn.functional.conv2d(images, weights, padding: [1, 1]).flatten(1);
        var expected = maps.view(3, 3, 16).mean([2]).Plus(maps.narrow(1, 0, 3));
        Assert.True((model.Logits(images) - expected).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void A_program_with_two_outputs_is_refused()
    {
        var options = new ClassifierLoadOptions { TrustedCode = true, ImageShape = new ImageShape(1, 4, 4) };
        var found = Assert.Throws<InputException>(
            () => ClassifierLoader.Load(TestFolder.Learning("linear_pair.pt"), options, Work));
        Assert.Equal("TorchScriptInvalid", found.ErrorId);
    }

    [Fact]
    public void An_onnx_model_of_other_images_is_refused()
    {
        var found = Assert.Throws<InputException>(() => ClassifierLoader.Load(
            TestFolder.Learning("linear.onnx"), new ClassifierLoadOptions { ImageShape = Shape }, Work));
        Assert.Equal("OnnxShapeInvalid", found.ErrorId);
    }

    public void Dispose() => _folder.Dispose();

    private string Save(ClassifierNetwork network)
    {
        var path = _folder["model.safetensors"];
        ClassifierFile.Save(path, network, new ClassifierDescription("small", Shape, Classes), [], overwrite: true);
        return path;
    }
}
