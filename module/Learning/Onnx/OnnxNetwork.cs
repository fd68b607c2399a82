using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning.Onnx;

/// <summary>
/// An ONNX graph as a function of one tensor, through which gradients flow. What depends on no input is computed once; a
/// value is released after its last use. Weights are frozen.
/// </summary>
internal sealed class OnnxNetwork : IDisposable
{
    private readonly OnnxSetting _setting;
    private readonly Step[] _steps;
    private readonly Tensor?[] _constants;
    private readonly int _input;
    private readonly int _output;

    private OnnxNetwork(OnnxSetting setting, OnnxGraph graph)
    {
        _setting = setting;
        _constants = new Tensor?[graph.Values.Count];
        (_input, _output) = (graph.Input, graph.Output);
        try
        {
            foreach (var (value, proto) in graph.Initializers) _constants[value] = Kept(setting.Constant(proto));
            _steps = WithReleases([.. graph.Nodes.Select(node => Covered(node, graph)).Where(step => !Fold(step))]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The nodes that are run for each batch, in order, with the names of their outputs.</summary>
    public IEnumerable<OnnxNode> Nodes => _steps.Select(step => step.Node);

    /// <summary>Builds the network for one output; what that output does not need is left out.</summary>
    /// <param name="file">The file.</param>
    /// <param name="output">The name of the output.</param>
    /// <param name="floatType">Float32, or Float64 for checks of numbers.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="InputException">
    /// <c>OnnxInvalid</c>: the graph is broken; <c>OnnxOpsetUnsupported</c>; <c>OnnxOperatorUncovered</c>: a node has no twin here, with its name;
    /// <c>OnnxNodeFailed</c>: a node of constants does not run.
    /// </exception>
    public static OnnxNetwork Build(OnnxFile file, string output, ScalarType floatType, Device device)
    {
        file.RequireOpset();
        var graph = OnnxGraph.Of(file, output);
        var uncovered = graph.Nodes.FirstOrDefault(node => OnnxOperators.Find(node, file.Opset) is null);
        if (uncovered is not null)
        {
            var domain = uncovered.Domain.Length > 0 ? $" of the domain {OnnxFault.Quoted(uncovered.Domain)}" : "";
            throw OnnxFault.NotCovered(uncovered, $"there is no operator {OnnxFault.Quoted(uncovered.Operator)}{domain} here");
        }

        using var guard = no_grad();
        return new OnnxNetwork(
            new OnnxSetting(file.Opset, floatType, device, Math.Min(MemoryPlan.FreeBytes, Array.MaxLength * 4.0), file.Tensors), graph);
    }

    /// <summary>Computes the output; it belongs to the caller's scope.</summary>
    /// <param name="input">The input.</param>
    /// <param name="visit">Sees each value with its node, for comparisons.</param>
    /// <exception cref="InputException"><c>OnnxNodeFailed</c>, <c>OnnxOperatorUncovered</c>.</exception>
    public Tensor Forward(Tensor input, Action<OnnxNode, string, Tensor>? visit = null)
    {
        using var scope = NewDisposeScope();
        var values = (Tensor?[])_constants.Clone();
        values[_input] = input;
        foreach (var step in _steps)
        {
            var outputs = Run(step, values);
            for (var i = 0; i < outputs.Length && i < step.Outputs.Length; i++)
            {
                if (step.Outputs[i] < 0) continue;
                values[step.Outputs[i]] = outputs[i];
                visit?.Invoke(step.Node, step.Node.Outputs[i], outputs[i]);
            }

            foreach (var value in step.Releases)
            {
                values[value]!.Dispose();
                values[value] = null;
            }
        }

        var output = values[_output]!;
        return (_output == _input || _constants[_output] is not null ? output.alias() : output).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var constant in _constants) constant?.Dispose();
    }

    private Step Covered(OnnxNode node, OnnxGraph graph)
    {
        var entry = OnnxOperators.Find(node, _setting.Opset)!;
        var stranger = node.Attributes.FirstOrDefault(name => !entry.Takes(name));
        return stranger is null
            ? new Step(node, entry, graph.Of(node.Inputs), graph.Of(node.Outputs), [])
            : throw OnnxFault.NotCovered(node, $"its attribute {OnnxFault.Quoted(stranger)} is unknown in operator set {_setting.Opset}");
    }

    // Runs a node of constants now.
    private bool Fold(Step step)
    {
        if (!Array.TrueForAll(step.Inputs, value => value < 0 || _constants[value] is not null)) return false;
        using var scope = NewDisposeScope();
        var outputs = Run(step, _constants);
        for (var i = 0; i < outputs.Length && i < step.Outputs.Length; i++)
        {
            if (step.Outputs[i] >= 0) _constants[step.Outputs[i]] = Kept(outputs[i]);
        }

        return true;
    }

    private Tensor[] Run(Step step, Tensor?[] values)
    {
        var inputs = Array.ConvertAll(step.Inputs, value => value < 0 ? null : values[value]);
        try
        {
            var outputs = step.Entry.Run(new OnnxCall(step.Node, inputs, _setting));
            // An input that comes back would be released twice.
            return Array.ConvertAll(outputs, output => Array.IndexOf(inputs, output) < 0 ? output : output.alias());
        }
        catch (Exception fault) when (fault is not InputException and not OutOfMemoryException)
        {
            throw OnnxFault.NodeFailed(step.Node, FirstLine(fault), fault);
        }
    }

    // After a value's last use; the input and constants stay, and so does the output.
    private Step[] WithReleases(Step[] steps)
    {
        var last = new Dictionary<int, int>();
        for (var i = 0; i < steps.Length; i++)
        {
            foreach (var value in steps[i].Inputs.Concat(steps[i].Outputs).Where(value => value >= 0)) last[value] = i;
        }

        var releases = last
            .Where(pair => pair.Key != _input && pair.Key != _output && _constants[pair.Key] is null)
            .ToLookup(pair => pair.Value, pair => pair.Key);
        return [.. steps.Select((step, i) => step with { Releases = [.. releases[i]] })];
    }

    private static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();

    // The library adds its stack of native calls.
    private static string FirstLine(Exception fault) => Printable.Reason(fault).Split('\n', '?')[0].TrimEnd('.', ' ');

    private sealed record Step(OnnxNode Node, OnnxOperator Entry, int[] Inputs, int[] Outputs, int[] Releases);
}
