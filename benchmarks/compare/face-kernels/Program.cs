// Exact neighbours and average linkage of the first rows of a file of features: CPU seconds of each, hashes of what came out.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var context = WorkContext.Default with { Threads = Environment.ProcessorCount };
var all = FeatureFile.Read(args[0], FeatureFileOptions.Default, WorkContext.Default).Features.Normalize();
var count = Math.Min(int.Parse(args[1]), all.Count);
var unit = new FeatureMatrix(all.Values[..(count * all.Dimension)], count, all.Dimension);
var little = new FeatureMatrix(all.Values[..(2000 * all.Dimension)], 2000, all.Dimension);
ExactNeighbours.Search(little, 32, context);
NeighbourLists? lists = null;
Dendrogram? tree = null;
var search = Seconds(() => lists = ExactNeighbours.Search(unit, 32, context));
var linkage = Seconds(() => tree = BilinearLinkage.Build(new BilinearSimilarity(unit, Paired: false), new BilinearLinkageOptions(), context));
Console.WriteLine(
    $"{count} x {unit.Dimension} wide={Vector512.IsHardwareAccelerated} avx512={Avx512F.IsSupported} neighbours {search:F2} CPU-s linkage {linkage:F2} CPU-s "
    + $"lists {Hash(lists!.Indices)}/{Hash(lists.Similarities)} tree {Hash(tree!.Left)}/{Hash(tree.Height)} peak {PeakMegabytes():F0} MB");

static string Hash<T>(T[] values) where T : unmanaged => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<T>(values)))[..8];

static double Seconds(Action work)
{
    GC.Collect();
    using var process = Process.GetCurrentProcess();
    var before = process.TotalProcessorTime;
    work();
    process.Refresh();
    return (process.TotalProcessorTime - before).TotalSeconds;
}

// The most that was ever resident.
static double PeakMegabytes()
{
    var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
    return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024 / 1e6;
}
