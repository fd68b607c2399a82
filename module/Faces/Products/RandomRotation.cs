using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Random orthogonal matrices, the same for a dimension every time.</summary>
internal static class RandomRotation
{
    private const long Seed = 1;

    /// <summary>
    /// D orthonormal rows of D values: normal numbers, by Gram and Schmidt in float64, twice for their rounding.
    /// </summary>
    public static float[] Of(int dimension, WorkContext context)
    {
        var random = new SeededRandom(Seed);
        var rows = new double[dimension][];
        var rounded = new float[dimension * dimension];
        for (var i = 0; i < dimension; i++)
        {
            context.ThrowIfCancelled();
            var row = rows[i] = [.. Enumerable.Range(0, dimension).Select(_ => random.NextGaussian())];
            for (var j = 0; j < 2 * i; j++)
            {
                var other = rows[j % i];
                TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(row, other), row, row);
            }

            TensorPrimitives.Divide(row, TensorPrimitives.Norm<double>(row), row);
            TensorPrimitives.ConvertTruncating<double, float>(row, rounded.AsSpan(i * dimension, dimension));
        }

        return rounded;
    }
}
