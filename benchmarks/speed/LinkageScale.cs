using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Speed;

/// <summary>
/// One exact nearest-neighbour pass and one average linkage of a file of features, in one process: the seconds of both,
/// their ratio and the peak resident memory, which BenchmarkDotNet cannot state.
/// </summary>
internal static class LinkageScale
{
    private const int ListLength = 32;

    private const string Usage =
        "linkage-scale --features FILE.f32 --dimension D [--threads T] [--partitions LABELS.txt]";

    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (Parse(arguments) is not { } given
            || !given.TryGetValue("--features", out var features)
            || !int.TryParse(given.GetValueOrDefault("--dimension"), CultureInfo.InvariantCulture, out var dimension))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var threads = given.TryGetValue("--threads", out var text)
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Environment.ProcessorCount;
        var context = WorkContext.Default with { Threads = threads, Verbose = Console.WriteLine };
        var unit = ReadUnit(features, dimension);
        TorchBackend.EnsureLoaded();
        ExactNeighbours.Search(FirstRows(unit, 2000), ListLength, context);

        var neighbours = Seconds(() => ExactNeighbours.Search(unit, ListLength, context));
        Print($"{unit.Count} x {unit.Dimension}, {threads} threads");
        Print($"exact neighbours, lists of {ListLength}: {neighbours:F2} s, peak {PeakMegabytes():F0} MB");

        Dendrogram? tree = null;
        var linkage = Seconds(() => tree = BilinearLinkage.Build(
            new BilinearSimilarity(unit, Paired: false), new BilinearLinkageOptions(), context));
        Print($"average linkage: {linkage:F2} s, {linkage / neighbours:F2} passes, peak {PeakMegabytes():F0} MB");
        return given.TryGetValue("--partitions", out var partitions) ? Compare(tree!, partitions) : 0;
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
            Print($"{theirs.Max() + 1} clusters: {(same ? "the same partition" : "DIFFERENT")}");
        }

        return different == 0 ? 0 : 1;
    }

    private static Dictionary<string, string>? Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length % 2 != 0) return null;
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Length; i += 2) given[arguments[i]] = arguments[i + 1];
        return given;
    }

    private static FeatureMatrix ReadUnit(string path, int dimension)
    {
        using var stream = File.OpenRead(path);
        var values = new float[stream.Length / sizeof(float)];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return new FeatureMatrix(values, values.Length / dimension, dimension).Normalize();
    }

    private static FeatureMatrix FirstRows(FeatureMatrix unit, int count)
    {
        count = Math.Min(count, unit.Count);
        return new FeatureMatrix(unit.Values[..(count * unit.Dimension)], count, unit.Dimension);
    }

    private static double Seconds(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalSeconds;
    }

    // VmHWM of Linux: the most that was ever resident.
    private static double PeakMegabytes()
    {
        const string status = "/proc/self/status";
        if (!File.Exists(status)) return Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
        var line = File.ReadLines(status).Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            * 1024 / 1e6;
    }

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
