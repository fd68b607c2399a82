using Google.Protobuf;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;
using static Thesis.Engine.Tests.Learning.Onnx.OnnxModels;
using DataType = Thesis.Engine.Learning.Onnx.Format.TensorProto.Types.DataType;

namespace Thesis.Engine.Tests.Robustness.Classifiers;

public sealed class OnnxSourceTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("RandomNormalLike", ForwardFindingKind.Randomness)]
    [InlineData("RandomUniformLike", ForwardFindingKind.Randomness)]
    [InlineData("Bernoulli", ForwardFindingKind.Randomness)]
    [InlineData("Multinomial", ForwardFindingKind.Randomness)]
    [InlineData("Gradient", ForwardFindingKind.Optimisation)]
    [InlineData("Relu", null)]
    public void Operators_that_draw_or_search_are_named(string name, ForwardFindingKind? kind)
    {
        ForwardFinding[] expected = kind is { } one ? [new(one, name)] : [];
        Assert.Equal(expected, Findings(Node(name, "x", "y")));
        // Also twice, in a graph inside of a node, and in a function.
        var outer = Node("If", "x", "y");
        outer.Attribute.Add(new AttributeProto { Name = "then_branch", G = new GraphProto { Node = { Node(name, "x", "z"), Node(name, "x", "w") } } });
        Assert.Equal(expected, Findings(outer));
        var model = Model(15, [-1, 1, 2, 2], [Node("Mine", "x", "y")], []);
        model.Functions.Add(new FunctionProto { Name = "Mine", Node = { Node(name, "x", "y") } });
        Assert.Equal(expected, Findings(model));
    }

    [Theory]
    [InlineData("x", null, false)]
    [InlineData("x,,mode", true, true)]
    [InlineData("x,,mode", false, false)]
    [InlineData("x,,mode", null, true)]
    public void A_dropout_in_training_mode_is_named(string inputs, bool? mode, bool found)
    {
        var value = new TensorProto { Name = "mode", DataType = (int)DataType.Bool, RawData = ByteString.CopyFrom(mode == true ? (byte)1 : (byte)0) };
        ForwardFinding[] expected = found ? [new(ForwardFindingKind.TrainingMode, "Dropout")] : [];
        Assert.Equal(expected, Findings(Model(13, [-1, 1, 2, 2], [Node("Dropout", inputs, "y")], mode is null ? [] : [value])));
        if (mode is null) return;
        var constant = Node("Constant", "", "mode", ("value", value));
        Assert.Equal(expected, Findings(Model(13, [-1, 1, 2, 2], [constant, Node("Dropout", inputs, "y")], [])));
    }

    [Fact]
    public void Normalisation_in_training_mode_is_named()
    {
        Assert.Equal(
            [new ForwardFinding(ForwardFindingKind.TrainingMode, "BatchNormalization")],
            Findings(Node("BatchNormalization", "x,a,b,c,d", "y", ("training_mode", 1))));
        Assert.Empty(Findings(Node("BatchNormalization", "x,a,b,c,d", "y")));
    }

    [Fact]
    public void A_loaded_model_says_what_it_draws()
    {
        var nodes = new[] { Node("RandomUniformLike", "x", "noise"), Node("Add", "x,noise", "sum"), Node("Flatten", "sum", "y") };
        var path = _folder.Write("random.onnx", Model(13, [-1, 1, 2, 2], nodes, []).ToByteArray());
        using var model = ClassifierLoader.Load(path, new ClassifierLoadOptions(), WorkContext.Default);
        Assert.False(model.IsDifferentiable);
        Assert.Equal([new ForwardFinding(ForwardFindingKind.Randomness, "RandomUniformLike")], model.ForwardFindings);
    }

    private IReadOnlyList<ForwardFinding> Findings(params NodeProto[] nodes) => Findings(Model(15, [-1, 1, 2, 2], nodes, []));

    private IReadOnlyList<ForwardFinding> Findings(ModelProto model) =>
        OnnxSource.Read(OnnxFile.Read(_folder.Write(Guid.NewGuid() + ".onnx", model.ToByteArray())));
}
