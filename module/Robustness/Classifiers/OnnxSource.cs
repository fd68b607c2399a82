using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Learning.Onnx.Format;

namespace Thesis.Engine.Robustness;

/// <summary>
/// What the nodes of an ONNX file do beside computing a function of the images, in its graph, the graphs inside of nodes and
/// its functions: as <see cref="TorchScriptSource"/> for TorchScript.
/// </summary>
internal static class OnnxSource
{
    // Of a Dropout's inputs, from operator set 12 on, the third is the mode.
    private const int DropoutMode = 2;

    private static readonly HashSet<string> Draws =
    [
        "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial",
    ];

    /// <summary>The findings, each kind once.</summary>
    public static IReadOnlyList<ForwardFinding> Read(OnnxFile file)
    {
        var scanned = new List<ForwardFinding>();
        Scan(file.Model.Graph, scanned);
        foreach (var function in file.Model.Functions) Scan(function.Node, new GraphProto(), scanned);
        return [.. scanned.Distinct()];
    }

    private static void Scan(GraphProto graph, List<ForwardFinding> found) => Scan(graph.Node, graph, found);

    private static void Scan(IEnumerable<NodeProto> nodes, GraphProto graph, List<ForwardFinding> found)
    {
        foreach (var node in nodes)
        {
            if (KindOf(node, graph) is { } kind) found.Add(new ForwardFinding(kind, node.OpType));
            foreach (var attribute in node.Attribute)
            {
                if (attribute.G is not null) Scan(attribute.G, found);
                foreach (var inner in attribute.Graphs) Scan(inner, found);
            }
        }
    }

    private static ForwardFindingKind? KindOf(NodeProto node, GraphProto graph) => node.OpType switch
    {
        "Dropout" when node.Input.Count > DropoutMode && node.Input[DropoutMode].Length > 0
            && !IsFalse(node.Input[DropoutMode], graph) => ForwardFindingKind.TrainingMode,
        "BatchNormalization" when node.Attribute.Any(attribute => attribute.Name == "training_mode" && attribute.I != 0) =>
            ForwardFindingKind.TrainingMode,
        // Of ai.onnx.preview.training.
        "Gradient" => ForwardFindingKind.Optimisation,
        var name when Draws.Contains(name) => ForwardFindingKind.Randomness,
        _ => null,
    };

    // A mode that is computed may be either, and is said.
    private static bool IsFalse(string name, GraphProto graph)
    {
        var value = graph.Initializer.FirstOrDefault(tensor => tensor.Name == name)
            ?? graph.Node.FirstOrDefault(node => node.OpType == "Constant" && node.Output.Contains(name))
                ?.Attribute.FirstOrDefault(attribute => attribute.Name == "value")?.T;
        if (value is null) return false;
        return value.RawData is { Length: > 0 } raw ? raw[0] == 0 : value.Int32Data is [0];
    }
}
