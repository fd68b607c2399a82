using Google.Protobuf;
using Thesis.Engine.Learning.Onnx;
using Thesis.Engine.Learning.Onnx.Format;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Learning.Onnx;

/// <summary>Every covered operator against ONNX Runtime, and its gradient against finite differences in float64.</summary>
public sealed class OnnxOperatorTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public OnnxOperatorTests() => TorchBackend.EnsureLoaded();

    public static TheoryData<string> Families => [.. OnnxCases.All.Select(Family).Distinct()];

    [Fact]
    public void Every_covered_operator_has_a_case()
    {
        var tested = OnnxCases.All.SelectMany(one => one.Nodes).Select(node => node.OpType).ToHashSet();
        Assert.Empty(OnnxOperators.Names.Except(tested));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void An_operator_computes_what_the_runtime_computes(string family)
    {
        var faults = new List<string>();
        foreach (var one in OnnxCases.All.Where(one => Family(one) == family))
        {
            foreach (var opset in one.Opsets)
            {
                if (Compare(one, opset) is { } fault) faults.Add($"{one.Title}, opset {opset}: {fault}");
            }
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_gradient_is_that_of_finite_differences(string family)
    {
        foreach (var one in OnnxCases.All.Where(one => one.HasGradient && Family(one) == family))
        {
            using var scope = NewDisposeScope();
            using var network = Build(one, one.Opsets[^1], ScalarType.Float64);
            var x = tensor(one.Values(), one.Input).to_type(ScalarType.Float64);
            var (direction, leaf) = (x.mul(Held(3)).Plus(Held(0.7)).sin(), x.clone().requires_grad_());
            var gradient = autograd.grad([Weighed(network.Forward(leaf))], [leaf])[0];
            const double step = 1e-6;
            var (after, before) = (network.Forward(x.add(direction, Held(step))), network.Forward(x.add(direction, Held(-step))));
            var difference = (Weighed(after).item<double>() - Weighed(before).item<double>()) / (2 * step);
            var slope = gradient.mul(direction).sum().item<double>();
            Assert.True(Math.Abs(difference - slope) <= 1e-5 * Math.Max(1, Math.Abs(slope)), $"{one.Title}: {slope} and {difference}");
        }
    }

    public void Dispose() => _folder.Dispose();

    private static Tensor Weighed(Tensor output)
    {
        var weights = arange(Held(0), Held(output.numel()), Held(1), ScalarType.Float64).Plus(Held(1)).cos().reshape(output.shape);
        return output.mul(weights).sum();
    }

    private static string Family(OnnxCase one) => one.Nodes[0].OpType;

    private string? Compare(OnnxCase one, int opset)
    {
        using var scope = NewDisposeScope();
        (float[] Values, long[] Shape) expected;
        try
        {
            expected = OnnxModels.Run(Model(one, opset), one.Values(), one.Input);
        }
        catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException fault)
        {
            return $"the runtime refuses the case: {fault.Message}";
        }

        try
        {
            using var network = Build(one, opset, ScalarType.Float32);
            var own = network.Forward(tensor(one.Values(), one.Input));
            if (!own.shape.SequenceEqual(expected.Shape)) return $"shape {string.Join('x', own.shape)}, not {string.Join('x', expected.Shape)}";
            var values = own.contiguous().data<float>().ToArray();
            var worst = values.Zip(expected.Values).Max(pair => Math.Abs(pair.First - pair.Second) / Math.Max(1, Math.Abs(pair.Second)));
            return worst <= 2e-6 ? null : $"differs by {worst}";
        }
        catch (InputException fault)
        {
            return fault.Message;
        }
    }

    private OnnxNetwork Build(OnnxCase one, int opset, ScalarType type)
    {
        var path = _folder.Write("case.onnx", Model(one, opset).ToByteArray());
        return OnnxNetwork.Build(OnnxFile.Read(path), "y", type, CPU);
    }

    private static ModelProto Model(OnnxCase one, int opset) => OnnxModels.Model(
        opset, one.Input, one.Nodes.Select(node => node.Clone()), one.Weights.Select(weight => weight.Clone()));
}
