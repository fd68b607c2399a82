using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>A graph of one input and one chosen output: its nodes in order, its values by number.</summary>
internal sealed class OnnxGraph
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly string _path;

    private OnnxGraph(OnnxFile file, string output)
    {
        _path = file.Path;
        var graph = file.Model.Graph;
        foreach (var tensor in graph.Initializer) Initializers.Add((Define(tensor.Name), tensor));
        var inputs = graph.Input.Where(input => !_numbers.ContainsKey(input.Name)).ToArray();
        if (inputs.Length != 1) throw OnnxFault.File(_path, $"it has {inputs.Length} inputs, not one");
        Input = Define(inputs[0].Name);
        OnnxNode[] nodes = [.. graph.Node.Select(node => new OnnxNode(node))];
        Order(nodes);
        Output = _numbers.TryGetValue(output, out var number)
            ? number
            : throw OnnxFault.File(_path, $"it has no output {OnnxFault.Quoted(output)}");
        Nodes = Needed(nodes);
        HashSet<int> used = [Output, .. Nodes.SelectMany(node => Of(node.Inputs))];
        Initializers.RemoveAll(entry => !used.Contains(entry.Value));
    }

    /// <summary>The names of all values.</summary>
    public List<string> Values { get; } = [];

    /// <summary>The tensors of the file that are used.</summary>
    public List<(int Value, TensorProto Tensor)> Initializers { get; } = [];

    /// <summary>The nodes that the output needs, each after those that it needs.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>The input's number.</summary>
    public int Input { get; }

    /// <summary>The output's number.</summary>
    public int Output { get; }

    /// <summary>Reads a graph.</summary>
    /// <exception cref="InputException"><c>OnnxInvalid</c>.</exception>
    public static OnnxGraph Of(OnnxFile file, string output) => new(file, output);

    /// <summary>The numbers of values; -1 for those that are left out.</summary>
    public int[] Of(IReadOnlyList<string> names) =>
        [.. names.Select(name => name.Length == 0 ? -1 : _numbers.GetValueOrDefault(name, -1))];

    // The format wants the nodes in such an order that each value is made before it is used.
    private void Order(OnnxNode[] nodes)
    {
        foreach (var node in nodes)
        {
            var unknown = node.Inputs.FirstOrDefault(name => name.Length > 0 && !_numbers.ContainsKey(name));
            if (unknown is not null) throw OnnxFault.File(_path, $"its node {node} uses {OnnxFault.Quoted(unknown)}, which no earlier node makes");
            foreach (var output in node.Outputs.Where(output => output.Length > 0)) Define(output);
        }
    }

    private List<OnnxNode> Needed(OnnxNode[] nodes)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal) { Values[Output] };
        var needed = new List<OnnxNode>();
        foreach (var node in nodes.Reverse())
        {
            if (!node.Outputs.Any(wanted.Contains)) continue;
            needed.Add(node);
            wanted.UnionWith(node.Inputs);
        }

        needed.Reverse();
        return needed;
    }

    private int Define(string name)
    {
        if (!_numbers.TryAdd(name, Values.Count)) throw OnnxFault.File(_path, $"the value {OnnxFault.Quoted(name)} is made twice");
        Values.Add(name);
        return Values.Count - 1;
    }
}
