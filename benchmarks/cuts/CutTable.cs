using System.Globalization;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cuts;

/// <summary>One row a set and rule, as CSV, and what the rows say together.</summary>
internal sealed class CutTable(string path) : IDisposable
{
    private readonly StreamWriter _file = Begin(path);
    private readonly List<(string Group, double Gap, bool Warned, double Wrong, double Splits)> _rows = [];

    /// <summary>Measures all rules on a set.</summary>
    public void Add(MeasuredSet set, WorkContext context)
    {
        AddTree(set, "likelihood", new CutRule.Likelihood(), context);
        AddTree(set, "kink", new CutRule.Kink(), context);
        AddChance(set, context);
        if (set.Set.Calibration is { } calibration)
        {
            AddTree(set, "calibrated", new CutRule.Likelihood(calibration.Value), context);
        }

        var dbscan = Dbscan.Cluster(set.Unit, new DbscanOptions { Radius = 0.5, MinimumPoints = 3 }, context).Labels;
        var score = ClusteringScore.Measure(dbscan, set.Identities);
        Write(set, "dbscan .5 3", score.Clusters, double.NaN, score.BCubedF, dbscan, null, null, false);
    }

    /// <summary>Measures the default cut on the trees of the other methods, with the parameters of configs/lfw.yaml.</summary>
    public void AddMethods(MeasuredSet set, WorkContext context)
    {
        var cosine = new FaceClusteringOptions { Statistics = false };
        AddMethod(set, "likelihood ddc", context, cosine with
        {
            Method = ClusteringMethod.Ddc, Density = new DensityOptions { Epsilon = 0.4, Nu = 0.5 },
        });
        AddMethod(set, "likelihood ddc-neg", context, cosine with
        {
            Method = ClusteringMethod.DdcNeg,
            DensityNegative = new DensityNegativeOptions { Epsilon = 0.4, Eta = 0.6, Cost = 10, Negatives = 100 },
        });
        AddMethod(set, "likelihood pahc-k1", context, cosine with
        {
            Method = ClusteringMethod.Pahc,
            ProximityAware = new ProximityAwareOptions { Neighbours = 1, NegativesFrom = Math.Min(200, set.Unit.Count / 2), Negatives = Math.Min(100, set.Unit.Count / 2), Cost = 10 },
        });
        AddMethod(set, "likelihood aro", context, cosine with { Method = ClusteringMethod.Aro });
    }

    /// <summary>Prints how far the rules are from the best cut.</summary>
    public void Summarize()
    {
        Print($"family, rule: sets, gap at most .03 and .06, largest gap, gap above .05 without a warning, expected wrong merges and splits within a factor of 3 above 500 faces");
        foreach (var group in _rows.GroupBy(row => row.Group).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var rows = group.ToList();
            Print(
                $"{group.Key}: {rows.Count}, {Share(rows, row => row.Gap <= 0.03):F0} %, {Share(rows, row => row.Gap <= 0.06):F0} %, {rows.Max(row => row.Gap):F3}, {rows.Count(row => row.Gap > 0.05 && !row.Warned)}, {Near(rows, row => row.Wrong)}, {Near(rows, row => row.Splits)}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static double Share<T>(List<T> rows, Func<T, bool> holds) => 100.0 * rows.Count(holds) / rows.Count;

    private static string Near<T>(List<T> rows, Func<T, double> ratio)
    {
        double[] known = [.. rows.Select(ratio).Where(value => !double.IsNaN(value))];
        return FormattableString.Invariant($"{known.Count(value => value <= 3)} of {known.Length}");
    }

    private static StreamWriter Begin(string path)
    {
        var file = new StreamWriter(path) { NewLine = "\n" };
        file.WriteLine(
            "set,family,rule,faces,people,clusters,threshold,bcubed_f,best_f,gap,wrong_merges,expected_wrong_merges,splits,"
            + "expected_splits,warned");
        return file;
    }

    private void AddTree(MeasuredSet set, string name, CutRule rule, WorkContext context)
    {
        var warned = false;
        var (merges, answer, _) = TreeCut.Of(set.Unit, set.Tree, onCosines: true, rule, context with { Warning = _ => warned = true });
        var score = set.Score(merges);
        Write(
            set, name, score.Clusters, answer.Threshold, score.F, set.Tree.CutAfter(merges), answer.WrongMerges,
            answer.Splits, warned);
    }

    private void AddMethod(MeasuredSet set, string name, WorkContext context, FaceClusteringOptions options)
    {
        var warned = false;
        var result = FaceClusterer.Cluster(set.Unit, options, context with { Warning = _ => warned = true });
        var curve = OracleSweep.Run(result.Tree!, set.Identities, context);
        var f = ClusteringScore.Measure(result.Labels, set.Identities).BCubedF;
        Write(
            set with { Curve = curve }, name, result.ClusterCount, result.Threshold, f, result.Labels,
            result.Cut!.WrongMerges, result.Cut.Splits, warned);
    }

    // The default until this rule, with the seed that it had.
    private void AddChance(MeasuredSet set, WorkContext context)
    {
        var unrelated = UnrelatedDistances.Of(
            set.Tree.Count, (i, j) => 1 - set.Similarity.Between(i, j), new SeededRandom(1L), context);
        var merges = unrelated.IsPlausible
            ? ChanceCut.Find(set.Tree, unrelated, 0, 0.01).Merges
            : OperatingPoint.FindKink(set.Tree).Kink + 1;
        var score = set.Score(merges);
        Write(
            set, "chance .01", score.Clusters, score.Threshold, score.F, set.Tree.CutAfter(score.Merges), null, null,
            !unrelated.IsPlausible || set.Tree.Count < 24);
    }

    private void Write(
        MeasuredSet set, string rule, int clusters, double threshold, double f, int[] labels, double? expectedWrong,
        double? expectedSplits, bool warned)
    {
        var (wrong, split) = set.Errors(labels);
        var gap = Math.Max(0, set.Curve.Best.F - f);
        var people = set.Identities.Distinct().Count();
        _file.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{set.Set.Name},{set.Set.Family},{rule},{set.Unit.Count},{people},{clusters},{threshold:F4},{f:F4},{set.Curve.Best.F:F4},{gap:F4},{wrong},{expectedWrong:F1},{split},{expectedSplits:F1},{(warned ? 1 : 0)}"));
        _file.Flush();
        _rows.Add((
            $"{set.Set.Family}, {rule}", gap, warned, Ratio(set.Unit.Count, wrong, expectedWrong),
            Ratio(set.Unit.Count, split, expectedSplits)));
        Print($"{set.Set.Name,-28} {rule,-12} {set.Unit.Count,6} {clusters,6} F {f:F3} gap {gap:F3} wrong {wrong} ({expectedWrong:F1})");
    }

    // How many times too large or too small; of none and of one less than three is near.
    private static double Ratio(int faces, int errors, double? expected) => faces <= 500 || expected is not { } number
        ? double.NaN
        : Math.Max(Math.Max(number, 1) / Math.Max(errors, 1), Math.Max(errors, 1) / Math.Max(number, 1));

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
