using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Speed;

/// <summary>
/// Cosine AHC, PAHC with 100 negatives and DDC on a file of features, in one process, each from unit rows to the tree:
/// seconds, and the ratio to AHC. With --all-negatives also the SVMs of PAHC with every negative: seconds a sample and
/// the mean objective, for benchmarks/peers/solvers_liblinear.py.
/// </summary>
internal static class SimilarityScale
{
    private const int Negatives = 100;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (ScaleRun.Parse(arguments) is not { } run || run["--features"] is null)
        {
            return ScaleRun.Usage("similarity-scale --features FILE [--threads T] [--all-negatives true]");
        }

        var context = run.Context();
        var unit = run.Unit();
        ScaleRun.Print($"{unit.Count} x {unit.Dimension}, {context.Threads} threads");
        if (run["--all-negatives"] == "true") return AllNegatives(unit, context);

        var small = ScaleRun.FirstRows(unit, 2000);
        foreach (var (_, options) in Methods()) FaceClusterer.Cluster(small, options, WorkContext.Default);
        (double Wall, double Processor)? cosine = null;
        foreach (var (name, options) in Methods())
        {
            var seconds = ScaleRun.Seconds(() => FaceClusterer.Cluster(unit, options, context));
            var (wall, processor) = cosine ??= seconds;
            ScaleRun.Print($"{name}: {seconds.Wall:F2} s, {seconds.Processor:F2} CPU-s, peak {ScaleRun.PeakMegabytes():F0} MB");
            ScaleRun.Print($"  {seconds.Wall / wall:F2} times AHC (CPU {seconds.Processor / processor:F2})");
        }

        return 0;
    }

    private static IEnumerable<(string Name, FaceClusteringOptions Options)> Methods()
    {
        var tree = new FaceClusteringOptions { Cut = new CutRule.Threshold(1), Statistics = false };
        yield return ("AHC", tree);
        yield return ($"PAHC, {Negatives} negatives", tree with
        {
            Method = ClusteringMethod.Pahc, ProximityAware = new ProximityAwareOptions { Negatives = Negatives },
        });
        yield return ("DDC", tree with { Method = ClusteringMethod.Ddc });
    }

    private static int AllNegatives(FeatureMatrix unit, WorkContext context)
    {
        var options = new ProximityAwareOptions();
        ProximityAwareSimilarity.Build(ScaleRun.FirstRows(unit, 2000), options, WorkContext.Default);
        SimilarityModel? model = null;
        var seconds = ScaleRun.Seconds(() => model = ProximityAwareSimilarity.Build(unit, options, context));
        var report = model!.Report;
        ScaleRun.Print($"PAHC, all negatives: {seconds.Wall:F2} s, {1e3 * seconds.Wall / report.Samples:F3} ms a sample");
        ScaleRun.Print($"  {seconds.Processor:F2} CPU-s, {1e3 * seconds.Processor / report.Samples:F3} CPU-ms a sample");
        ScaleRun.Print(
            $"{report.Unconverged} not converged, {report.MeanRounds:F2} rounds, mean objective {report.MeanObjective:F6}");
        return 0;
    }
}
