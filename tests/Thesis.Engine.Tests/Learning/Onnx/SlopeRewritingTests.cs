using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Learning.Onnx;

public sealed class SlopeRewritingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-slopes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Slopes of each channel, of all, of each value; below 0 and above 1, too; one rectifier behind another.
    [Theory]
    [InlineData(9, new long[] { 3, 1, 1 })]
    [InlineData(13, new long[] { 1, 3, 1, 1 })]
    [InlineData(18, new long[] { 1 })]
    [InlineData(18, new long[] { 3, 4, 5 })]
    public void A_rewritten_rectifier_gives_what_ONNX_Runtime_s_own_gives(int opset, long[] slopes)
    {
        var model = OnnxModels.Model(
            opset, [2, 3, 4, 5], [OnnxModels.Node("PRelu", "x,a", "h"), OnnxModels.Node("PRelu", "h,b", "y")],
            [Slopes("a", 1.5f, slopes), Slopes("b", -0.3f, slopes)]);
        var file = Written(model);
        Assert.True(SlopeRewriting.Apply(file));
        Assert.DoesNotContain(file.Model.Graph.Node, node => node.OpType == "PRelu");
        var input = Enumerable.Range(0, 120).Select(i => 10 * MathF.Sin(2.3f * i)).Append(0).ToArray()[..120];
        var (expected, found) = (OnnxModels.Run(model, input, [2, 3, 4, 5]), OnnxModels.Run(file.Model, input, [2, 3, 4, 5]));
        Assert.Equal(expected.Shape, found.Shape);
        foreach (var (a, b) in expected.Values.Zip(found.Values)) Assert.Equal(a, b, 4e-6f * (1 + Math.Abs(a)));
    }

    [Fact]
    public void Names_that_the_graph_has_are_left_to_it()
    {
        var model = OnnxModels.Model(
            13, [1, 3, 2, 2], [OnnxModels.Node("Neg", "x", "y/positive"), OnnxModels.Node("PRelu", "y/positive,y/rest", "y")],
            [OnnxModels.Floats("y/rest", 3, 1, 1)]);
        var file = Written(model);
        Assert.True(SlopeRewriting.Apply(file));
        var input = Enumerable.Range(0, 12).Select(i => i - 5.5f).ToArray();
        Assert.Equal(
            OnnxModels.Run(model, input, [1, 3, 2, 2]).Values, OnnxModels.Run(file.Model, input, [1, 3, 2, 2]).Values, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Slopes_that_are_computed_or_do_not_fit_their_shape_are_left_as_they_are()
    {
        var computed = OnnxModels.Model(
            13, [1, 3, 2, 2], [OnnxModels.Node("Neg", "a", "b"), OnnxModels.Node("PRelu", "x,b", "y")], [OnnxModels.Floats("a", 3, 1, 1)]);
        Assert.False(SlopeRewriting.Apply(Written(computed)));
        var misfit = OnnxModels.Floats("a", 3, 1, 1);
        misfit.Dims[0] = 4;
        Assert.False(SlopeRewriting.Apply(Written(OnnxModels.Model(13, [1, 3, 2, 2], [OnnxModels.Node("PRelu", "x,a", "y")], [misfit]))));
        Assert.False(SlopeRewriting.Apply(Written(OnnxModels.Model(13, [1, 3, 2, 2], [OnnxModels.Node("Relu", "x", "y")], []))));
    }

    // Around a graph inside of a node no name may be given that it gives itself: ONNX Runtime refuses that.
    [Fact]
    public void Names_of_graphs_inside_of_nodes_are_left_to_them()
    {
        var branch = new GraphProto { Name = "branch" };
        branch.Node.Add([OnnxModels.Node("Mul", "h,h", "h/positive"), OnnxModels.Node("Add", "h/positive,h", "z")]);
        branch.Output.Add(new ValueInfoProto { Name = "z" });
        var choice = OnnxModels.Node("If", "c", "y");
        foreach (var name in new[] { "then_branch", "else_branch" })
        {
            choice.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = branch.Clone() });
        }

        var condition = new TensorProto { Name = "c", DataType = (int)TensorProto.Types.DataType.Bool, RawData = ByteString.CopyFrom(1) };
        var model = OnnxModels.Model(
            13, [1, 3, 2, 2], [OnnxModels.Node("PRelu", "x,a", "h"), choice], [OnnxModels.Floats("a", 3, 1, 1), condition]);
        var file = Written(model);
        Assert.True(SlopeRewriting.Apply(file));
        var input = Enumerable.Range(0, 12).Select(i => i - 5.5f).ToArray();
        Assert.Equal(
            OnnxModels.Run(model, input, [1, 3, 2, 2]).Values, OnnxModels.Run(file.Model, input, [1, 3, 2, 2]).Values, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    // a x + (1 - a) x is x in words, and in float32 it is 0 where a is 1e9.
    [Theory]
    [InlineData(8, true)]
    [InlineData(-8, true)]
    [InlineData(8.01f, false)]
    [InlineData(1e9f, false)]
    [InlineData(-1e9f, false)]
    [InlineData(float.PositiveInfinity, false)]
    [InlineData(float.NaN, false)]
    public void Steep_slopes_keep_their_node(float steepest, bool isRewritten)
    {
        var model = OnnxModels.Model(
            13, [1, 3, 2, 2], [OnnxModels.Node("PRelu", "x,a", "y")], [OnnxModels.Floats("a", [0.25f, steepest, 0], 3, 1, 1)]);
        var file = Written(model);
        Assert.Equal(isRewritten, SlopeRewriting.Apply(file));
        var input = Enumerable.Range(0, 12).Select(i => 1.3f * (i % 2 == 0 ? i : -i)).ToArray();
        foreach (var (x, found) in input.Zip(OnnxModels.Run(file.Model, input, [1, 3, 2, 2]).Values))
        {
            if (x > 0) Assert.Equal(x, found, 3e-6f * x);
        }
    }

    [Fact]
    public void A_file_with_slopes_is_opened_and_run()
    {
        OnnxBackend.EnsureLoaded();
        var model = OnnxModels.Model(13, [1, 3, 2, 2], [OnnxModels.Node("PRelu", "x,a", "y")], [OnnxModels.Floats("a", 3, 1, 1)]);
        var path = Written(model).Path;
        using var session = OnnxSession.OpenFast(path, threads: 1);
        using var run = new RunOptions();
        var input = Enumerable.Range(0, 12).Select(i => i - 5.5f).ToArray();
        using var fed = OrtValue.CreateTensorValueFromMemory(input, [1, 3, 2, 2]);
        using var outputs = session.Run(run, ["x"], [fed], ["y"]);
        Assert.Equal(OnnxModels.Run(model, input, [1, 3, 2, 2]).Values, outputs[0].GetTensorDataAsSpan<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(
            "ModelNotFound", Assert.Throws<InputException>(() => OnnxSession.OpenFast(Path.Combine(_folder, "none.onnx"), threads: 1)).ErrorId);
    }

    private static TensorProto Slopes(string name, float first, long[] lengths)
    {
        var slopes = OnnxModels.Floats(name, lengths);
        var values = new float[slopes.RawData.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++) values[i] = first + (0.1f * i);
        return OnnxModels.Floats(name, values, lengths);
    }

    private OnnxFile Written(ModelProto model)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return OnnxFile.Read(path);
    }
}
