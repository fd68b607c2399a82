using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// A first guess of how similar the K-th neighbour of each point is, from a sample of the points. A list then takes few
/// entries that it throws out again. The guess is low enough to be too high for one list in two thousand; a list that ends
/// too short tells.
/// </summary>
internal static class SampledFloors
{
    private const int SampleSize = 2048;
    private const string Activity = "Nearest neighbours: sample";

    // How often a guess may be too high.
    private const double Failing = 5e-4;

    // Fewer points are done before the sample is; so are shorter lists without codes.
    private const int LeastLength = 64;
    private const int LeastCount = 8 * SampleSize;

    /// <summary>Raises the floors of empty lists, where that pays.</summary>
    /// <param name="left">N rows, L.</param>
    /// <param name="right">N rows, R.</param>
    /// <param name="codes">The codes of both; null for none.</param>
    /// <param name="length">K.</param>
    /// <param name="lists">The lists of the points.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    public static void Raise(
        FeatureMatrix left, FeatureMatrix right, CodedSides? codes, int length, TopLists lists, WorkContext context)
    {
        if (left.Count < LeastCount || (codes is null && length < LeastLength)) return;
        var rank = Rank(length * (double)SampleSize / left.Count);
        int[] sample = [.. Enumerable.Range(0, SampleSize).Select(i => (int)((long)i * left.Count / SampleSize))];
        ProductRow raise = (point, row) =>
        {
            Span<float> values = stackalloc float[rank];
            Span<int> indices = stackalloc int[rank];
            new TopSelector(values, indices).Select(row, skip: -1);
            lists.Raise(point, values[^1]);
        };
        if (codes is null) BlockProduct.ForEachRow(left, right.Gather(sample), Activity, context, raise);
        else CodedProduct.ForEachRow(codes.Left, codes.Right.Gather(sample), Activity, context, raise);
    }

    // Of the K nearest a Poisson number is in the sample: the least rank that is seldom reached by so many, and one for the
    // point itself.
    private static int Rank(double mean)
    {
        var (rank, term) = (0, Math.Exp(-mean));
        for (var above = 1.0; above > Failing && rank < SampleSize - 1; rank++)
        {
            above -= term;
            term *= mean / (rank + 1);
        }

        return rank + 1;
    }
}
