using System.Diagnostics;
using System.Globalization;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// The peak of this process's resident memory since <see cref="Reset"/>. Linux can reset its mark (VmHWM, by writing
/// 5 to /proc/self/clear_refs); where that is not allowed, and on other systems, it is the peak since the process
/// began. It counts the whole process: runtime, module and all.
/// </summary>
public static class PeakMemory
{
    private const string ResetFile = "/proc/self/clear_refs";
    private const string StatusFile = "/proc/self/status";
    private const double BytesPerMegabyte = 1e6;

    /// <summary>Collects garbage and begins anew.</summary>
    /// <returns>Whether the system allowed it.</returns>
    public static bool Reset()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!File.Exists(ResetFile)) return false;
        try
        {
            File.WriteAllText(ResetFile, "5");
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The peak, in MB (a million bytes).</summary>
    public static double Megabytes()
    {
        if (HighWaterMark() is { } kilobytes) return kilobytes * 1024 / BytesPerMegabyte;
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / BytesPerMegabyte;
    }

    // In units of 1024 bytes, which the system calls kB.
    private static long? HighWaterMark()
    {
        if (!File.Exists(StatusFile)) return null;
        const string name = "VmHWM:";
        var line = File.ReadLines(StatusFile).FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal));
        var number = line?[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
