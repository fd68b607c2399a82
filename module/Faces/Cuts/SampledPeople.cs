using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// How far strangers scatter, read on the pairs of different people of 1,500 faces, evenly over their order, as average
/// linkage on cosines and its default cut find them. A tree of another similarity, or of ranks, may part a person into many
/// clusters, and then the pairs that it keeps apart are that person's too; strangers do not depend on the tree.
/// </summary>
internal static class SampledPeople
{
    /// <summary>D of the pairs of different people.</summary>
    /// <param name="faces">The faces.</param>
    /// <param name="strangers">What all their pairs tell of strangers.</param>
    /// <param name="context">Cancellation, threads.</param>
    public static double Dimension(CutUnits faces, StrangerSpread strangers, WorkContext context)
    {
        var rows = faces.Rows.Gather(CosineCounts.Sample(faces.Count));
        var tree = BilinearLinkage.Build(
            new BilinearSimilarity(rows, Paired: false), new BilinearLinkageOptions(),
            context with { Device = ComputeDevice.Cpu, Verbose = null, Progress = null });
        var merged = new MergedFaces(rows, tree, onCosines: true);
        var labels = tree.CutAfter(LikelihoodCut.Find(merged, known: null, context).Merges);
        return strangers.DimensionApart(merged.After(0), labels, context);
    }
}
