using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>How many merges beyond a cut would join one person's clusters.</summary>
internal static class ExpectedSplits
{
    private static readonly double[] Betas = [0.25, 0.4, 0.55, 0.7];

    /// <summary>
    /// The sum of the probabilities that the next merges are right, down to half of the clusters: what
    /// <see cref="PartitionModel"/> says of the clusters as units, at the beta that makes most of them. Null for fewer than
    /// two clusters.
    /// </summary>
    public static double? Beyond(MergedFaces merged, int merges, WorkContext context)
    {
        if (merged.Tree.Count - merges < 2) return null;
        var units = merged.After(merges);
        var strangers = new StrangerSpread(units, onePerson: false, known: null, context);
        var model = new PartitionModel(units, strangers.Common);
        var next = Math.Min(units.Merges, units.Count / 2);
        return Betas.Max(beta => model.LogOdds(strangers.Dimension, beta).Take(next).Sum(odds => 1 / (1 + Math.Exp(-odds))));
    }
}
