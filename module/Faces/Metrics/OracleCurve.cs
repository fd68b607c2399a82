namespace Thesis.Engine.Faces;

/// <summary>One cut of a tree and its score.</summary>
/// <param name="Merges">The merges that are done.</param>
/// <param name="Threshold">The height of the last of them; negative infinity for none.</param>
/// <param name="Clusters">The clusters, over all points.</param>
/// <param name="Precision">BCubed precision.</param>
/// <param name="Recall">BCubed recall.</param>
public readonly record struct CutScore(int Merges, double Threshold, int Clusters, double Precision, double Recall)
{
    /// <summary>BCubed F.</summary>
    public double F => ClusteringScore.HarmonicMean(Precision, Recall);
}

/// <summary>
/// BCubed precision and recall of every cut of a tree. A cut is a threshold, so merges of equal height are done
/// together, and only the last of them is a cut.
/// </summary>
public sealed class OracleCurve
{
    // A sweep adds up thousands of fractions: a recall that is reached exactly can come out a little below.
    private const double Rounding = 1e-9;

    internal OracleCurve(IReadOnlyList<CutScore> cuts) => Cuts = cuts;

    /// <summary>The cuts, from all points apart to the last merge.</summary>
    public IReadOnlyList<CutScore> Cuts { get; }

    /// <summary>The cut with the largest F; the first of equals.</summary>
    public CutScore Best => Cuts.MaxBy(cut => cut.F);

    /// <summary>
    /// The cut with the largest precision among those with at least this recall (Table 3.2); null when none has it.
    /// </summary>
    public CutScore? AtRecall(double recall)
    {
        CutScore? best = null;
        foreach (var cut in Cuts)
        {
            if (cut.Recall >= recall - Rounding && !(best?.Precision >= cut.Precision)) best = cut;
        }

        return best;
    }
}
