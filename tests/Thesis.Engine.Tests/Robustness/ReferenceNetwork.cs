using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>The small network of the reference values.</summary>
internal sealed class ReferenceNetwork : ImageClassifier
{
    private readonly Dictionary<string, Tensor> _weights = [];

    public ReferenceNetwork(ScalarType type = ScalarType.Float64)
    {
        ElementType = type;
        foreach (var layer in new[] { "c1", "c2", "l1", "l2" })
        {
            foreach (var part in new[] { "weight", "bias" })
            {
                _weights[$"{layer}_{part}"] = ReferenceVectors.Of($"net_{layer}_{part}").to(type).DetachFromDisposeScope();
            }
        }
    }

    public override string Name => "reference";

    public override ImageShape ImageShape => new(1, 14, 14);

    public override int ClassCount => 5;

    public override Device Device => CPU;

    public override ScalarType ElementType { get; }

    public override bool IsDifferentiable => true;

    /// <summary>The number of images that were classified.</summary>
    public long Queries { get; private set; }

    public override Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        Queries += images.shape[0];
        var first = functional.conv2d(images, W("c1_weight"), W("c1_bias"), padding: [1, 1]).relu();
        var second = functional.conv2d(first, W("c2_weight"), W("c2_bias"), strides: [2, 2], padding: [1, 1]).relu();
        return functional.linear(second.flatten(1), W("l1_weight"), W("l1_bias")).relu().MoveToOuterDisposeScope();
    }

    public override Tensor Logits(Tensor images)
    {
        using var scope = NewDisposeScope();
        return functional.linear(Features(images), W("l2_weight"), W("l2_bias")).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var weight in _weights.Values) weight.Dispose();
    }

    private Tensor W(string name) => _weights[name];
}
