using Thesis.Engine.Learning.Onnx.Format;
using Kind = Thesis.Engine.Learning.Onnx.Format.AttributeProto.Types.AttributeType;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>A node of a graph: its operator, the names of its values, its attributes by name.</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);

    /// <summary>Reads a node.</summary>
    /// <exception cref="Runtime.InputException"><c>OnnxNodeFailed</c>: an attribute stands twice.</exception>
    public OnnxNode(NodeProto node)
    {
        (Operator, Domain) = (node.OpType, node.Domain is "ai.onnx" ? "" : node.Domain);
        (Inputs, Outputs) = ([.. node.Input], [.. node.Output]);
        Name = node.Name.Length > 0 || Outputs.Count == 0 ? node.Name : Outputs[0];
        foreach (var attribute in node.Attribute)
        {
            if (_attributes.TryAdd(attribute.Name, attribute)) continue;
            throw OnnxFault.NodeFailed(this, $"its attribute {OnnxFault.Quoted(attribute.Name)} stands twice");
        }
    }

    /// <summary>The operator, such as <c>Conv</c>.</summary>
    public string Operator { get; }

    /// <summary>The operator's domain; empty for ONNX's own.</summary>
    public string Domain { get; }

    /// <summary>The node's name, or that of its first output.</summary>
    public string Name { get; }

    /// <summary>The names of the inputs; an empty one is left out.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>The names of the outputs; an empty one is not wanted.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The names of the attributes.</summary>
    public IEnumerable<string> Attributes => _attributes.Keys;

    /// <summary>Whether an attribute is there.</summary>
    public bool Has(string name) => _attributes.ContainsKey(name);

    /// <summary>A whole number.</summary>
    public long Int(string name, long absent) => Find(name, Kind.Int)?.I ?? absent;

    /// <summary>A number.</summary>
    public double Float(string name, double absent) => Find(name, Kind.Float)?.F ?? absent;

    /// <summary>A text.</summary>
    public string Text(string name, string absent) => Find(name, Kind.String)?.S.ToStringUtf8() ?? absent;

    /// <summary>Whole numbers, or null.</summary>
    public long[]? Ints(string name) => Find(name, Kind.Ints)?.Ints.ToArray();

    /// <summary>Numbers, or null.</summary>
    public float[]? Floats(string name) => Find(name, Kind.Floats)?.Floats.ToArray();

    /// <summary>A tensor as the file holds it, or null.</summary>
    public TensorProto? Tensor(string name) => Find(name, Kind.Tensor)?.T;

    /// <inheritdoc/>
    public override string ToString() => $"{OnnxFault.Quoted(Name)} ({Data.Printable.Text(Operator)})";

    private AttributeProto? Find(string name, Kind kind)
    {
        if (!_attributes.TryGetValue(name, out var attribute)) return null;
        return attribute.Type == kind
            ? attribute
            : throw OnnxFault.NodeFailed(this, $"its attribute '{name}' is {attribute.Type}, not {kind}");
    }
}
