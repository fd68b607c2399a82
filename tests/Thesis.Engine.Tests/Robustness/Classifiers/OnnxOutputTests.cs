using Google.Protobuf;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tests.Learning.Onnx;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness.Classifiers;

public sealed class OnnxOutputTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_label_that_comes_first_is_not_taken_for_logits()
    {
        var path = Write(
            ["label", "scores"], OnnxModels.Node("Flatten", "x", "scores"), OnnxModels.Node("ArgMax", "scores", "label", ("axis", 1)));
        using var images = Pixels(3);
        foreach (var name in new[] { null, "scores" })
        {
            using var model = ClassifierLoader.Load(path, new ClassifierLoadOptions { OutputName = name }, WorkContext.Default);
            Assert.Equal(4, model.ClassCount);
            Assert.Equal(images.flatten(1).data<float>().ToArray(), model.Logits(images).data<float>().ToArray());
        }

        foreach (var name in new[] { "label", "logits" })
        {
            var fault = Assert.Throws<InputException>(() => ClassifierLoader.Load(
                path, new ClassifierLoadOptions { OutputName = name }, WorkContext.Default));
            Assert.Equal("OnnxOutputUnknown", fault.ErrorId);
            Assert.Contains("label (Int64", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_batch_of_one_inside_an_open_one_is_run_one_by_one()
    {
        var path = Write(["y"], OnnxModels.Node("Reshape", "x,shape", "y"));
        using var images = Pixels(3);
        using var model = ClassifierLoader.Load(path, new ClassifierLoadOptions(), WorkContext.Default);
        Assert.Equal(4, model.ClassCount);
        Assert.Equal(images.flatten(1).data<float>().ToArray(), model.Logits(images).data<float>().ToArray());
    }

    private static Tensor Pixels(int count)
    {
        TorchBackend.EnsureLoaded();
        return arange(Held(0), Held(count * 4), Held(1), ScalarType.Float32).view(count, 1, 2, 2).div(Held(20));
    }

    private string Write(string[] outputs, params NodeProto[] nodes)
    {
        var model = OnnxModels.Model(13, [-1, 1, 2, 2], nodes, [OnnxModels.Whole("shape", 1, 4)]);
        model.Graph.Output.Clear();
        foreach (var output in outputs) model.Graph.Output.Add(new ValueInfoProto { Name = output });
        return _folder.Write("model.onnx", model.ToByteArray());
    }
}
