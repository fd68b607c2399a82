using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Runtime;
using Kind = Thesis.Engine.Learning.Onnx.Format.AttributeProto.Types.AttributeType;
using DataType = Thesis.Engine.Learning.Onnx.Format.TensorProto.Types.DataType;

namespace Thesis.Engine.Tests.Learning.Onnx;

/// <summary>Small ONNX models, made with the classes that read them, and what ONNX Runtime makes of them.</summary>
internal static class OnnxModels
{
    /// <summary>A model of one input <c>x</c> and one output <c>y</c>.</summary>
    public static ModelProto Model(int opset, long[] input, IEnumerable<NodeProto> nodes, IEnumerable<TensorProto> weights)
    {
        var model = new ModelProto
        {
            IrVersion = opset < 10 ? 4 : opset < 20 ? 8 : 10,
            Graph = new GraphProto { Name = "g" },
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset } },
        };
        model.Graph.Node.Add(nodes);
        model.Graph.Initializer.Add(weights);
        model.Graph.Input.Add(Value("x", input));
        model.Graph.Output.Add(new ValueInfoProto { Name = "y" });
        return model;
    }

    /// <summary>A float input of a shape; -1 is an open length.</summary>
    public static ValueInfoProto Value(string name, long[] lengths)
    {
        var shape = new TensorShapeProto();
        foreach (var length in lengths)
        {
            shape.Dim.Add(length < 0
                ? new TensorShapeProto.Types.Dimension { DimParam = "n" }
                : new TensorShapeProto.Types.Dimension { DimValue = length });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = shape } },
        };
    }

    /// <summary>A node; inputs and outputs are split by commas.</summary>
    public static NodeProto Node(string operation, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = $"{operation}_{outputs}" };
        node.Input.Add(inputs.Length == 0 ? [] : inputs.Split(','));
        node.Output.Add(outputs.Split(','));
        node.Attribute.Add(attributes.Select(pair => Attribute(pair.Name, pair.Value)));
        return node;
    }

    /// <summary>Float weights by a formula.</summary>
    public static TensorProto Floats(string name, params long[] lengths)
    {
        var count = lengths.Aggregate(1L, (product, length) => product * length);
        return Floats(name, [.. Enumerable.Range(0, (int)count).Select(i => (float)Math.Sin((1.7 * i) + name.Length))], lengths);
    }

    /// <summary>Given floats.</summary>
    public static TensorProto Floats(string name, float[] values, params long[] lengths)
    {
        var tensor = new TensorProto
        {
            Name = name, DataType = (int)DataType.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
        };
        tensor.Dims.Add(lengths);
        return tensor;
    }

    /// <summary>Whole numbers.</summary>
    public static TensorProto Whole(string name, params long[] values)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Int64, Dims = { values.Length } };
        tensor.Int64Data.Add(values);
        return tensor;
    }

    /// <summary>One number, without dimensions.</summary>
    public static TensorProto Scalar(string name, float value) => Floats(name, [value]);

    /// <summary>What ONNX Runtime computes.</summary>
    public static (float[] Values, long[] Shape) Run(ModelProto model, float[] input, long[] lengths)
    {
        OnnxBackend.EnsureLoaded();
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var run = new RunOptions();
        using var fed = OrtValue.CreateTensorValueFromMemory(input, lengths);
        using var outputs = session.Run(run, ["x"], [fed], ["y"]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case int whole: (attribute.Type, attribute.I) = (Kind.Int, whole); break;
            case double number: (attribute.Type, attribute.F) = (Kind.Float, (float)number); break;
            case string text: (attribute.Type, attribute.S) = (Kind.String, ByteString.CopyFromUtf8(text)); break;
            case TensorProto tensor: (attribute.Type, attribute.T) = (Kind.Tensor, tensor); break;
            case long[] many: attribute.Type = Kind.Ints; attribute.Ints.Add(many); break;
            case float[] numbers: attribute.Type = Kind.Floats; attribute.Floats.Add(numbers); break;
            default: throw new ArgumentException($"{value} is no attribute.", nameof(value));
        }

        return attribute;
    }
}
