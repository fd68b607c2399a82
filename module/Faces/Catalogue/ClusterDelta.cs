using System.Numerics.Tensors;

namespace Thesis.Engine.Faces;

/// <summary>What a cluster's sum and its number of faces change by.</summary>
internal sealed class ClusterDelta(int dimension)
{
    /// <summary>The name, for a new cluster that has one.</summary>
    public string? Name { get; set; }

    /// <summary>The difference of the sum.</summary>
    public float[] Sum { get; } = new float[dimension];

    /// <summary>The difference of the faces.</summary>
    public long Faces { get; private set; }

    /// <summary>Adds a face, or takes one away.</summary>
    public void Add(ReadOnlySpan<float> feature, int sign)
    {
        if (sign > 0) TensorPrimitives.Add(Sum, feature, Sum);
        else TensorPrimitives.Subtract(Sum, feature, Sum);
        Faces += sign;
    }
}
