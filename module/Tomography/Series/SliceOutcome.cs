using System.Diagnostics;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>What became of a slice by one method: its record, or the fault that there is none.</summary>
/// <param name="Record">The record; null after a fault.</param>
/// <param name="Status">Whether it was made, and changed.</param>
/// <param name="Elapsed">The time that it took.</param>
/// <param name="Fault">The fault; null where there is a record.</param>
public sealed record SliceOutcome(ReductionRecord? Record, SliceStatus Status, TimeSpan Elapsed, InputException? Fault)
{
    /// <summary>Makes the slice, unless it is complete and may be left; a fault of the input is its outcome.</summary>
    /// <param name="reduction">How.</param>
    /// <param name="input">The slice and its files.</param>
    /// <param name="scan">Its scan, made when it is needed.</param>
    /// <param name="target">The files to write.</param>
    /// <param name="work">Cancellation, progress, threads.</param>
    public static SliceOutcome Of(
        SliceReduction reduction, ScanInput input, Lazy<CorruptedScan> scan, ReductionTarget target, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(reduction);
        ArgumentNullException.ThrowIfNull(scan);
        var clock = Stopwatch.StartNew();
        try
        {
            if (reduction.FindComplete(input, target) is { } complete)
            {
                return new SliceOutcome(complete, SliceStatus.Skipped, clock.Elapsed, null);
            }

            var made = reduction.Reduce(input, scan.Value, target, work);
            return new SliceOutcome(made, reduction.StatusOf(made), clock.Elapsed, null);
        }
        catch (InputException fault)
        {
            return new SliceOutcome(null, default, clock.Elapsed, fault);
        }
    }
}
