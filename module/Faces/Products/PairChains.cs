using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Thesis.Engine.Faces;

/// <summary>
/// The products of eight pairs of rows, wherever these lie: each one chain of fused multiply-adds over the coordinates, so
/// the bytes are those of a <see cref="ProductTile"/>. A lane holds the chain of a pair; both rows' values are transposed
/// eight by eight on the way.
/// </summary>
internal static unsafe class PairChains
{
    /// <summary>Pairs at once.</summary>
    public const int Pairs = 8;

    /// <summary>Computes the products; the processor has what <see cref="Transposition.IsSupported"/> asks for.</summary>
    /// <param name="left">Eight rows.</param>
    /// <param name="right">The eight others.</param>
    /// <param name="dimension">Values a row.</param>
    /// <param name="products">The eight products.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float** left, float** right, nint dimension, float* products)
    {
        var leftColumns = stackalloc float[Pairs * Pairs];
        var rightColumns = stackalloc float[Pairs * Pairs];
        var sums = Vector256<float>.Zero;
        nint k = 0;
        for (; k <= dimension - Pairs; k += Pairs)
        {
            Transposition.EightByEight(left, k, leftColumns);
            Transposition.EightByEight(right, k, rightColumns);
            for (var at = 0; at < Pairs * Pairs; at += Pairs)
            {
                sums = Vector256.FusedMultiplyAdd(Vector256.Load(leftColumns + at), Vector256.Load(rightColumns + at), sums);
            }
        }

        sums.Store(products);
        for (; k < dimension; k++)
        {
            for (var pair = 0; pair < Pairs; pair++)
            {
                products[pair] = MathF.FusedMultiplyAdd(left[pair][k], right[pair][k], products[pair]);
            }
        }
    }
}
