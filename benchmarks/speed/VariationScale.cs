using System.Diagnostics;
using System.Globalization;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Speed;

/// <summary>
/// The iterative reconstruction with total variation of a scan that New-MetalArtifact wrote: the objective after each
/// iteration, how far it lies above the lowest one of a long run, and the seconds, by the clock and by the processor.
/// </summary>
internal static class VariationScale
{
    private const string Usage = "variation-scale SCAN.npy [--geometry NAME] [--iterations N] [--rest OBJECTIVE] [--every K]";

    public static int Run(string[] arguments)
    {
        if (arguments.Length % 2 == 0)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; i < arguments.Length; i += 2) given[arguments[i]] = arguments[i + 1];
        var iterations = int.Parse(given.GetValueOrDefault("--iterations", "40"), CultureInfo.InvariantCulture);
        var every = int.Parse(given.GetValueOrDefault("--every", "5"), CultureInfo.InvariantCulture);
        double? rest = given.TryGetValue("--rest", out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : null;
        var scan = Read(arguments[0], given.GetValueOrDefault("--geometry", "syndeeplesion"));
        var geometry = scan.Tomograph.Geometry;
        Print($"{geometry.ImageSize} x {geometry.ImageSize} from {geometry.Views} x {geometry.Bins}, {KernelPaths.Widest}, {Environment.ProcessorCount} cores");
        var objectives = new List<double>();
        Solve(iterations, objectives.Add);
        var lowest = rest ?? objectives.Min();
        for (var i = 0; i < objectives.Count; i++)
        {
            if ((i + 1) % every == 0) Print($"{i + 1,5}: {objectives[i]:G9}, {100 * ((objectives[i] / lowest) - 1):F4} % above the rest");
        }

        // Again without the objectives, which cost as much as half an iteration each.
        var (clock, processor) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var report = Solve(iterations, null);
        Print($"{report.Iterations} iterations in {clock.Elapsed.TotalSeconds:F2} s ({(Environment.CpuUsage.TotalTime - processor).TotalSeconds:F2} s of the processor)");
        Print($"objective {report.Objective:G9}, {100 * ((report.Objective / lowest) - 1):F4} % above the rest");
        return 0;

        IterationReport Solve(int most, Action<double>? onIteration) =>
            new TotalVariationReduction(new TotalVariationOptions { Iterations = most, Tolerance = 0 })
                .Reduce(scan, WorkContext.Default, onIteration).Iterations!;
    }

    private static CorruptedScan Read(string path, string geometry)
    {
        var files = new MetalArtifactFiles(path[..^".npy".Length]);
        var slice = Thesis.Engine.Data.CtFile.ReadSingle(path, WorkContext.Default);
        var mask = Thesis.Engine.Data.MaskFile.Read(files.Mask).Single();
        var input = new ScanInput(slice, mask, files.Sinogram, files.Trace);
        return new ScanLoader(GeometryChoice.Of(File.Exists(geometry) ? ScanGeometryFile.Read(geometry) : ScanPresets.Find(geometry))).Load(
            input, PixelUnit.Hounsfield, new MetalDetection(), WorkContext.Default);
    }

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
