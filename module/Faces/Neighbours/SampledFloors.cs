using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// A first guess of how similar the K-th neighbour of each point is, from a sample of the points. A long list then takes
/// few entries that it throws out again. The guess is low enough to be wrong about once in ten million times; a list that
/// ends too short tells.
/// </summary>
internal static class SampledFloors
{
    private const int SampleSize = 2048;

    // Shorter lists, and fewer points, are done before the sample is.
    private const int LeastLength = 64;
    private const int LeastCount = 16 * SampleSize;

    /// <summary>Raises the floors of empty lists, where that pays.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="length">K.</param>
    /// <param name="lists">The lists of the points.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    public static void Raise(FeatureMatrix unit, int length, TopLists lists, WorkContext context)
    {
        if (length < LeastLength || unit.Count < LeastCount) return;
        var rank = Rank(length * (double)SampleSize / unit.Count);
        BlockProduct.ForEachRow(unit, Sample(unit), "Nearest neighbours: sample", context, (point, row) =>
        {
            Span<float> values = stackalloc float[rank];
            Span<int> indices = stackalloc int[rank];
            new TopSelector(values, indices).Select(row, skip: -1);
            lists.Raise(point, values[^1]);
        });
    }

    // Of the K nearest about lambda are in the sample, with a deviation of its root. The one of this rank lies beyond
    // them but for five deviations; one more for the point itself.
    private static int Rank(double lambda) =>
        Math.Min(SampleSize, (int)Math.Ceiling(lambda + (5 * Math.Sqrt(lambda)) + 5) + 1);

    private static FeatureMatrix Sample(FeatureMatrix unit) => unit.Gather(
        [.. Enumerable.Range(0, SampleSize).Select(i => (int)((long)i * unit.Count / SampleSize))]);
}
