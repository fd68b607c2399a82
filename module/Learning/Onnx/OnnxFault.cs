using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>The faults of ONNX files and of their operators.</summary>
internal static class OnnxFault
{
    /// <summary>The error id of a file that is no valid model.</summary>
    public const string Invalid = "OnnxInvalid";

    /// <summary>The error id of an operator, or a setting of one, that has no differentiable twin here.</summary>
    public const string Uncovered = "OnnxOperatorUncovered";

    /// <summary>The error id of a version of the operator set that is not covered.</summary>
    public const string Opset = "OnnxOpsetUnsupported";

    /// <summary>The error id of a node that does not run.</summary>
    public const string Failed = "OnnxNodeFailed";

    /// <summary>The file is no valid model.</summary>
    public static InputException File(string path, string reason, Exception? cause = null) => new(
        Invalid, FaultKind.InvalidData, $"'{path}' is no ONNX model that can be run: {reason}.", path, cause);

    /// <summary>A node asks for what is not covered.</summary>
    public static InputException NotCovered(OnnxNode node, string reason) => new(
        Uncovered, FaultKind.NotSupported, $"The node {node} is not covered: {reason}.", node.ToString());

    /// <summary>A node does not run on its inputs.</summary>
    public static InputException NodeFailed(OnnxNode node, string reason, Exception? cause = null) => new(
        Failed, FaultKind.InvalidData, $"The node {node} does not run: {reason}.", node.ToString(), cause);

    /// <summary>A text of a file, fit for a message.</summary>
    public static string Quoted(string text) => $"'{Printable.Text(text)}'";
}
