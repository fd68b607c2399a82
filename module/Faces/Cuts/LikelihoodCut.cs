using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Rule.</summary>
internal sealed record LikelihoodCut(int Merges, double Threshold, IReadOnlyList<string> Lines, bool OnePerson, int Copies)
{
    private const double Copy = 1e-5;
    private const int MostStages = 8;

    public static LikelihoodCut Find(FeatureMatrix unit, Dendrogram tree, WorkContext context)
    {
        var n = tree.Count;
        var merges = 0;
        while (merges < tree.Merges && tree.Height[merges] <= Copy) merges++;
        var copies = merges;
        bool? one = null;
        var lines = new List<string>();
        for (var s = 0; s < MostStages && n - merges >= 2; s++)
        {
            var stage = new CutStage(CutUnits.After(unit, tree, merges), one, context);
            one = stage.OnePerson;
            var (more, d, beta, gain) = stage.Cut();
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{n - merges} units, strangers' mode {stage.Mode:F3}, D {d:F0} (mode's {stage.ModeD:F0}), beta {beta:F2}, {gain / Math.Max(more, 1):F1} nats a merge: {n - merges - more} clusters | {stage.Ds}"));
            if (more == 0) break;
            merges += more;
        }

        return new LikelihoodCut(merges, merges == 0 ? double.NegativeInfinity : tree.Height[merges - 1], lines, one ?? false, copies);
    }
}
