using System.Globalization;
using Thesis.Engine.Faces;

namespace Thesis.Speed;

/// <summary>
/// One exact nearest-neighbour pass and one average linkage of a file of features, in one process: the seconds of both,
/// their ratio, the default cut of the tree, and the peak resident memory.
/// </summary>
internal static class LinkageScale
{
    private const int ListLength = 32;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (ScaleRun.Parse(arguments) is not { } run || run["--features"] is null)
        {
            return ScaleRun.Usage("linkage-scale --features FILE [--threads T] [--partitions LABELS.txt]");
        }

        var context = run.Context();
        var unit = run.Unit();
        ExactNeighbours.Search(ScaleRun.FirstRows(unit, 2000), ListLength, context);

        var neighbours = ScaleRun.Seconds(() => ExactNeighbours.Search(unit, ListLength, context));
        ScaleRun.Print($"{unit.Count} x {unit.Dimension}, {context.Threads} threads");
        ScaleRun.Print($"exact neighbours, lists of {ListLength}: {neighbours.Wall:F2} s, {neighbours.Processor:F2} CPU-s");

        Dendrogram? tree = null;
        var linkage = ScaleRun.Seconds(() => tree = BilinearLinkage.Build(
            new BilinearSimilarity(unit, Paired: false), new BilinearLinkageOptions(), context));
        ScaleRun.Print($"average linkage: {linkage.Wall:F2} s, {linkage.Processor:F2} CPU-s");
        ScaleRun.Print(
            $"ratio: {linkage.Wall / neighbours.Wall:F2} (CPU {linkage.Processor / neighbours.Processor:F2})");
        var cut = ScaleRun.Seconds(() => TreeCut.Of(unit, tree!, onCosines: true, new CutRule.Likelihood(), context));
        ScaleRun.Print(
            $"default cut: {cut.Wall:F2} s, {cut.Processor:F2} CPU-s, {100 * cut.Processor / linkage.Processor:F1} % of the linkage's");
        ScaleRun.Print($"peak of the process: {ScaleRun.PeakMegabytes():F0} MB");
        return run["--partitions"] is { } partitions ? Compare(tree!, partitions) : 0;
    }

    // Prints whether each line of a peer's labels is the same partition as the cut with as many clusters.
    private static int Compare(Dendrogram tree, string partitions)
    {
        var different = 0;
        foreach (var line in File.ReadLines(partitions))
        {
            var labels = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1).Select(label => int.Parse(label, CultureInfo.InvariantCulture)).ToArray();
            var theirs = ClusterLabels.BySize(labels);
            var ours = tree.CutByCount(theirs.Max() + 1);
            var same = ours.AsSpan().SequenceEqual(theirs);
            if (!same) different++;
            ScaleRun.Print($"{theirs.Max() + 1} clusters: {(same ? "the same partition" : "DIFFERENT")}");
        }

        return different == 0 ? 0 : 1;
    }
}
