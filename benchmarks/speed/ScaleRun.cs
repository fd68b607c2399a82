using System.Diagnostics;
using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Speed;

/// <summary>
/// What the runs at full size share: long steps, each once, in one process, with their seconds and the peak memory,
/// which BenchmarkDotNet cannot state.
/// </summary>
internal sealed class ScaleRun
{
    private readonly Dictionary<string, string> _given;

    private ScaleRun(Dictionary<string, string> given) => _given = given;

    /// <summary>The arguments as pairs of --name and value; null when they are not.</summary>
    public static ScaleRun? Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length % 2 != 0) return null;
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Length; i += 2) given[arguments[i]] = arguments[i + 1];
        return new ScaleRun(given);
    }

    /// <summary>The value of an argument, or null.</summary>
    public string? this[string name] => _given.GetValueOrDefault(name);

    /// <summary>The kernels' settings: --threads, else all cores.</summary>
    public WorkContext Context() => WorkContext.Default with
    {
        Threads = this["--threads"] is { } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Environment.ProcessorCount,
        Verbose = Console.WriteLine,
    };

    /// <summary>The features of --features, as unit rows.</summary>
    public FeatureMatrix Unit() => FeatureFile
        .Read(this["--features"]!, FeatureFileOptions.Default, WorkContext.Default).Features.Normalize();

    /// <summary>The first rows.</summary>
    public static FeatureMatrix FirstRows(FeatureMatrix unit, int count)
    {
        count = Math.Min(count, unit.Count);
        return new FeatureMatrix(unit.Values[..(count * unit.Dimension)], count, unit.Dimension);
    }

    /// <summary>The seconds of one run: of the clock, and of all threads together, which a busy machine changes less.</summary>
    public static (double Wall, double Processor) Seconds(Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        work();
        var wall = clock.Elapsed.TotalSeconds;
        process.Refresh();
        return (wall, (process.TotalProcessorTime - before).TotalSeconds);
    }

    /// <summary>The most that was ever resident, in MB: VmHWM on Linux.</summary>
    public static double PeakMegabytes()
    {
        const string status = "/proc/self/status";
        if (!File.Exists(status)) return Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
        var line = File.ReadLines(status).Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            * 1024 / 1e6;
    }

    /// <summary>Prints a line, whatever the culture.</summary>
    public static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    /// <summary>Prints how a mode is called; the exit code.</summary>
    public static int Usage(string text)
    {
        Console.Error.WriteLine(text);
        return 2;
    }
}
