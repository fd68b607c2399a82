using Thesis.Engine.Learning.Onnx.Format;

namespace Thesis.Engine.Tests.Learning.Onnx;

/// <summary>One operator with attributes, at some versions of the operator set.</summary>
internal sealed record OnnxCase(string Title, int[] Opsets, long[] Input, NodeProto[] Nodes, TensorProto[] Weights)
{
    /// <summary>Whether the inputs are above zero.</summary>
    public bool IsPositive { get; init; }

    /// <summary>Whether a gradient is to be compared with finite differences.</summary>
    public bool HasGradient { get; init; } = true;

    /// <summary>The input values.</summary>
    public float[] Values()
    {
        var count = Input.Aggregate(1L, (product, length) => product * length);
        return [.. Enumerable.Range(0, (int)count).Select(i =>
            (float)(IsPositive ? 0.2 + Math.Abs(Math.Sin((0.9 * i) + 0.3)) : 2 * Math.Sin((0.9 * i) + 0.3)))];
    }

    public override string ToString() => Title;
}
