using System.Runtime.InteropServices;
using Google.Protobuf;
using Thesis.Engine.Learning.Onnx.Format;
using DataType = Thesis.Engine.Learning.Onnx.Format.TensorProto.Types.DataType;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>
/// Writes parametric rectifiers as what ONNX Runtime computes fast on a CPU:
/// <code>
/// PRelu(x, a) = a x + (1 - a) max(x, 0)
/// </code>
/// Its own kernel branches on each sign, which takes two thirds of a MobileFaceNet's time (<c>findings/onnxruntime_prelu.sh</c>). Where x is
/// above 0 the sum rounds more often than the kernel does, by up to 3 (1 + |a|) of its last digits: steeper slopes than
/// <see cref="Steepest"/> keep their node.
/// </summary>
internal static class SlopeRewriting
{
    // Since this set of operators slopes are broadcast as the operands of Mul are.
    private const int OldestOpset = 7;

    // The digits that a x and (1 - a) x lose to each other; a trained MobileFaceNet's slopes reach 3.9.
    private const float Steepest = 8;

    /// <summary>Rewrites the rectifiers of the graph whose slopes are constants of float32 and not steep.</summary>
    /// <returns>Whether there were any.</returns>
    public static bool Apply(OnnxFile file)
    {
        var graph = file.Model.Graph;
        if (file.Opset < OldestOpset) return false;
        var slopes = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        foreach (var tensor in graph.Initializer) slopes[tensor.Name] = tensor;
        var names = NamesOf(graph);
        var nodes = new List<NodeProto>(graph.Node.Count);
        foreach (var node in graph.Node)
        {
            if (node is { OpType: "PRelu", Domain: "", Input.Count: 2, Output.Count: 1 }
                && slopes.GetValueOrDefault(node.Input[1]) is { } slope && Values(slope) is { } values)
            {
                nodes.AddRange(Sum(node, slope, values, graph, names));
            }
            else
            {
                nodes.Add(node);
            }
        }

        if (nodes.Count == graph.Node.Count) return false;
        graph.Node.Clear();
        graph.Node.Add(nodes);
        return true;
    }

    private static NodeProto[] Sum(NodeProto node, TensorProto slope, float[] values, GraphProto graph, HashSet<string> names)
    {
        var (x, y) = (node.Input[0], node.Output[0]);
        var rest = new TensorProto
        {
            Name = Fresh("rest"), DataType = (int)DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, value => 1 - value))),
        };
        rest.Dims.Add(slope.Dims);
        graph.Initializer.Add(rest);
        var (positive, above, all) = (Fresh("positive"), Fresh("above"), Fresh("all"));
        return
        [
            New("Relu", positive, x), New("Mul", above, positive, rest.Name), New("Mul", all, x, node.Input[1]), New("Add", y, all, above),
        ];

        string Fresh(string part)
        {
            var name = $"{y}/{part}";
            while (!names.Add(name)) name += "_";
            return name;
        }

        NodeProto New(string operation, string output, params string[] inputs)
        {
            var made = new NodeProto { OpType = operation, Output = { output } };
            made.Input.Add(inputs);
            return made;
        }
    }

    // Those of graphs inside of nodes, too, which may not be given a second time around them.
    private static HashSet<string> NamesOf(GraphProto graph)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Take(graph);
        return names;

        void Take(GraphProto part)
        {
            names.UnionWith(part.Input.Select(value => value.Name));
            names.UnionWith(part.Initializer.Select(tensor => tensor.Name));
            foreach (var node in part.Node)
            {
                names.UnionWith(node.Input);
                names.UnionWith(node.Output);
                foreach (var attribute in node.Attribute)
                {
                    if (attribute.G is not null) Take(attribute.G);
                    foreach (var inner in attribute.Graphs) Take(inner);
                }
            }
        }
    }

    // Null where they are none of float32, lie in another file, are not as many as the shape says, or are steep.
    private static float[]? Values(TensorProto tensor)
    {
        if (tensor.DataType != (int)DataType.Float || tensor.DataLocation != TensorProto.Types.DataLocation.Default) return null;
        if (!BitConverter.IsLittleEndian) return null;
        float[] values = tensor.RawData.IsEmpty ? [.. tensor.FloatData] : [.. MemoryMarshal.Cast<byte, float>(tensor.RawData.Span)];
        if (tensor.Dims.Aggregate(1.0, (product, length) => product * length) != values.Length) return null;
        return Array.TrueForAll(values, value => Math.Abs(value) <= Steepest) ? values : null;
    }
}
