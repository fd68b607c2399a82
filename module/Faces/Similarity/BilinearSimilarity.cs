using System.Numerics.Tensors;
using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>
/// A similarity that is bilinear in two embeddings, stored once. Average linkage of such a similarity needs no
/// N x N matrix: the linkage of two clusters is the similarity of their mean rows.
/// <list type="bullet">
/// <item>Plain: <c>s(i, j) = x_i . x_j</c> (cosine, 2.1). Rows are the unit features.</item>
/// <item>Paired: <c>s(i, j) = 1/2 (p_i . q_j + p_j . q_i)</c>, with row i = [p_i, q_i], p_i = [w_i, b_i] the
/// evaluation function of i's neighbourhood and q_i = [m_i, 1] the mean of that neighbourhood (2.5, 3.12).</item>
/// </list>
/// </summary>
/// <param name="Rows">N rows of D (plain) or 2 (D + 1) (paired) values.</param>
/// <param name="Paired">Whether rows are pairs.</param>
public sealed record BilinearSimilarity(FeatureMatrix Rows, bool Paired)
{
    /// <summary>The number of points.</summary>
    public int Count => Rows.Count;

    /// <summary>s(i, j), summed in float32.</summary>
    public float Between(int i, int j) => Of(Rows.Row(i), Rows.Row(j), Paired);

    /// <summary>The similarity of two rows.</summary>
    public static float Of(ReadOnlySpan<float> left, ReadOnlySpan<float> right, bool paired)
    {
        if (!paired) return TensorPrimitives.Dot(left, right);
        var half = left.Length / 2;
        return 0.5f * (TensorPrimitives.Dot(left[..half], right[half..])
            + TensorPrimitives.Dot(left[half..], right[..half]));
    }

    /// <summary>The rows with their halves swapped, [q_i, p_i]: the left side of a product that gives 2 s(i, j).</summary>
    internal FeatureMatrix SwapHalves()
    {
        var swapped = new float[Count * Rows.Dimension];
        for (var i = 0; i < Count; i++) SwapHalves(Rows.Row(i), swapped.AsSpan(i * Rows.Dimension, Rows.Dimension));
        return new FeatureMatrix(swapped, Count, Rows.Dimension);
    }

    /// <summary>One row with its halves swapped.</summary>
    internal static void SwapHalves(ReadOnlySpan<float> row, Span<float> target)
    {
        var half = row.Length / 2;
        row[half..].CopyTo(target);
        row[..half].CopyTo(target[half..]);
    }
}
