using Google.Protobuf;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;
using static Thesis.Engine.Tests.Learning.Onnx.OnnxModels;
using static TorchSharp.torch;
using Kind = Thesis.Engine.Learning.Onnx.Format.AttributeProto.Types.AttributeType;

namespace Thesis.Engine.Tests.Learning.Onnx;

/// <summary>Files that are not what they say: one error each, before memory is taken for what they claim.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private static readonly long[] Input = [1, 4];
    private readonly TestFolder _folder = new();

    public OnnxFileTests() => TorchBackend.EnsureLoaded();

    public static TheoryData<string, string> Faults => new()
    {
        { "no graph", "OnnxInvalid" },
        { "truncated", "OnnxInvalid" },
        { "deep", "OnnxInvalid" },
        { "initializer too short", "OnnxInvalid" },
        { "initializer of a huge shape", "OnnxInvalid" },
        { "initializer of a negative length", "OnnxInvalid" },
        { "external above the folder", "OnnxInvalid" },
        { "external of an absolute path", "OnnxInvalid" },
        { "external through a link", "OnnxInvalid" },
        { "external that is missing", "OnnxInvalid" },
        { "external beyond the end", "OnnxInvalid" },
        { "external in an attribute", "OnnxInvalid" },
        { "two inputs", "OnnxInvalid" },
        { "value made twice", "OnnxInvalid" },
        { "cycle", "OnnxInvalid" },
        { "opset of old", "OnnxOpsetUnsupported" },
        { "opset of the future", "OnnxOpsetUnsupported" },
        { "unknown operator", "OnnxOperatorUncovered" },
        { "operator of another domain", "OnnxOperatorUncovered" },
        { "unknown attribute", "OnnxOperatorUncovered" },
        { "attribute of another type", "OnnxNodeFailed" },
        { "huge constant", "OnnxNodeFailed" },
        { "huge product", "OnnxNodeFailed" },
        { "repeated doubling", "OnnxNodeFailed" },
        { "texts", "OnnxOperatorUncovered" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_one_error(string fault, string id)
    {
        var path = _folder.Write("bad.onnx", Bytes(fault));
        var found = Assert.Throws<InputException>(() =>
        {
            using var network = OnnxNetwork.Build(OnnxFile.Read(path), "y", ScalarType.Float32, CPU);
            using var x = zeros(1, 4);
            network.Forward(x).Dispose();
        });
        Assert.Equal((id, true), (found.ErrorId, found.Message.EndsWith('.')));
    }

    [Fact]
    public void External_data_in_the_folder_are_read()
    {
        var values = Floats("b", 4);
        _folder.Write("w.bin", [0, 0, .. values.RawData]);
        var weights = External(values, "w.bin", 2);
        var path = _folder.Write("good.onnx", Relu(Node("Add", "x,b", "y"), weights).ToByteArray());
        using var network = OnnxNetwork.Build(OnnxFile.Read(path), "y", ScalarType.Float32, CPU);
        using var x = zeros(1, 4);
        Assert.Equal(Floats("b", 4).RawData, ByteString.CopyFrom(network.Forward(x).bytes.ToArray()));
    }

    [Fact]
    public void A_file_cut_anywhere_or_with_a_byte_changed_is_an_error_or_a_network()
    {
        var whole = Relu(Node("Conv", "x,w", "y", ("pads", new long[] { 1, 1 })), Floats("w", 2, 4, 3)).ToByteArray();
        var random = new SeededRandom(3);
        for (var trial = 0; trial < 300; trial++)
        {
            var bytes = trial % 2 == 0 ? whole[..(int)(random.NextDouble() * whole.Length)] : [.. whole];
            if (trial % 2 == 1) bytes[(int)(random.NextDouble() * bytes.Length)] ^= (byte)(1 << (trial % 8));
            var path = _folder.Write("cut.onnx", bytes);
            try
            {
                OnnxNetwork.Build(OnnxFile.Read(path), "y", ScalarType.Float32, CPU).Dispose();
            }
            catch (InputException)
            {
                // One of ours; any other fails the test.
            }
        }
    }

    [Fact]
    public void Bytes_that_become_far_more_memory_are_refused_before_all_are_read()
    {
        // Nodes without anything: two bytes each, and an object of a hundred.
        var path = _folder.Write("many.onnx", Field(7, [.. Enumerable.Repeat((byte[])[10, 0], 400_000).SelectMany(node => node)]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = Assert.Throws<InputException>(() => OnnxFile.Read(path, 4 << 20));
        Assert.Equal("OnnxInvalid", found.ErrorId);
        Assert.Contains("MiB of objects", found.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 12 << 20);
    }

    [Theory]
    [InlineData(OnnxFile.OldestOpset, true)]
    [InlineData(OnnxFile.NewestOpset, true)]
    [InlineData(OnnxFile.NewestOpset + 1, false)]
    public void The_newest_operator_set_is_the_newest_that_the_runtime_takes(int opset, bool runs)
    {
        var model = OnnxModels.Model(opset, Input, [Node("Relu", "x", "y")], []);
        if (runs) Assert.Equal([0, 1], OnnxModels.Run(model, [-1, 1, -1, 1], Input).Values[..2]);
        else Assert.Throws<Microsoft.ML.OnnxRuntime.OnnxRuntimeException>(() => OnnxModels.Run(model, [-1, 1, -1, 1], Input));
    }

    public void Dispose() => _folder.Dispose();

    private byte[] Bytes(string fault) => fault switch
    {
        "no graph" => [],
        "truncated" => Relu(Node("Add", "x,b", "y"), Floats("b", 4)).ToByteArray()[..^9],
        "deep" => Deep(2000),
        "initializer too short" => Changed(tensor => tensor.RawData = ByteString.CopyFrom(1, 2, 3)),
        "initializer of a huge shape" => Changed(tensor => tensor.Dims.Add([1L << 40, 1L << 40])),
        "initializer of a negative length" => Changed(tensor => tensor.Dims[0] = -4),
        "external above the folder" => Relu(Node("Add", "x,b", "y"), External(Floats("b", 4), "../w.bin", 0)).ToByteArray(),
        "external of an absolute path" => Relu(Node("Add", "x,b", "y"), External(Floats("b", 4), _folder.Write("w.bin", new byte[16]), 0)).ToByteArray(),
        "external through a link" => Relu(Node("Add", "x,b", "y"), External(Floats("b", 4), Link(), 0)).ToByteArray(),
        "external that is missing" => Relu(Node("Add", "x,b", "y"), External(Floats("b", 4), "none.bin", 0)).ToByteArray(),
        "external beyond the end" => Relu(Node("Add", "x,b", "y"), External(Floats("b", 4), Path.GetFileName(_folder.Write("w.bin", new byte[16])), 8)).ToByteArray(),
        "external in an attribute" => Nested(External(Floats("b", 4), "../w.bin", 0)),
        "two inputs" => Altered(model => model.Graph.Input.Add(Value("z", Input))),
        "value made twice" => Altered(model => model.Graph.Node.Add(Node("Relu", "x", "y"))),
        "cycle" => Relu(Node("Add", "x,y", "y")).ToByteArray(),
        "opset of old" => Altered(model => model.OpsetImport[0].Version = 8),
        "opset of the future" => Altered(model => model.OpsetImport[0].Version = 4000),
        "unknown operator" => Relu(Node("Loop", "x", "y")).ToByteArray(),
        "operator of another domain" => Altered(model => model.Graph.Node[0].Domain = "com.microsoft"),
        "unknown attribute" => Relu(Node("Relu", "x", "y", ("shift", 1))).ToByteArray(),
        "attribute of another type" => Relu(Node("LeakyRelu", "x", "y", ("alpha", 1))).ToByteArray(),
        "huge constant" => Relu(Node("ConstantOfShape", "s", "y"), Whole("s", 1L << 20, 1L << 20, 1L << 20)).ToByteArray(),
        "huge product" => Huge(),
        "repeated doubling" => Doubled(),
        "texts" => Changed(tensor => tensor.DataType = 8),
        _ => throw new ArgumentException(fault, nameof(fault)),
    };

    private string Link()
    {
        File.CreateSymbolicLink(_folder["link.bin"], _folder.Write("w.bin", new byte[16]));
        return "link.bin";
    }

    private static ModelProto Relu(NodeProto node, params TensorProto[] weights) => OnnxModels.Model(13, Input, [node], weights);

    private static byte[] Altered(Action<ModelProto> change)
    {
        var model = Relu(Node("Relu", "x", "y"));
        change(model);
        return model.ToByteArray();
    }

    private static byte[] Changed(Action<TensorProto> change)
    {
        var weights = Floats("b", 4);
        change(weights);
        return Relu(Node("Add", "x,b", "y"), weights).ToByteArray();
    }

    private static TensorProto External(TensorProto tensor, string location, int offset)
    {
        tensor.ClearRawData();
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
        return tensor;
    }

    private static byte[] Nested(TensorProto tensor) => Altered(model =>
    {
        var graph = new GraphProto { Name = "inner" };
        graph.Initializer.Add(tensor);
        model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "body", Type = Kind.Graph, G = graph });
    });

    // Graphs in attributes in graphs: a parser that follows them without a bound runs out of stack.
    private static byte[] Deep(int depth)
    {
        byte[] graph = [];
        for (var i = 0; i < depth; i++) graph = Field(1, Field(5, Field(6, graph)));
        return Field(7, graph);
    }

    private static byte[] Field(int number, byte[] content)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return stream.ToArray();
    }

    private static byte[] Huge() => OnnxModels.Model(
        13, Input, [Node("Expand", "x,s", "a"), Node("Transpose", "a", "b"), Node("MatMul", "a2,b2", "y")],
        [Whole("s", 1, 4), Floats("a2", new float[200_000], 200_000, 1), Floats("b2", new float[200_000], 1, 200_000)]).ToByteArray();

    private static byte[] Doubled() => OnnxModels.Model(
        13, Input,
        [.. Enumerable.Range(0, 60).Select(i => Node("Concat", i == 0 ? "x,x" : $"v{i},v{i}", i == 59 ? "y" : $"v{i + 1}", ("axis", 1)))], []).ToByteArray();
}
