using System.Globalization;

namespace Thesis.Engine.Runtime;

/// <summary>Asks, before a large allocation, whether it fits.</summary>
public static class MemoryPlan
{
    /// <summary>Bytes that this process may still take: the machine's or the container's limit less what it holds.</summary>
    public static long FreeBytes =>
        Math.Max(0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet);

    /// <summary>The length of one array of rows.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="length">Values of a row.</param>
    /// <param name="purpose">What they are, such as "20,000 images of 3 x 224 x 224".</param>
    /// <param name="advice">What needs fewer, as a sentence.</param>
    /// <exception cref="InputException"><c>ArrayTooLong</c>: more than an array holds, whatever memory there is.</exception>
    public static int ArrayLength(long rows, long length, string purpose, string advice)
    {
        if (rows <= Array.MaxLength / Math.Max(1, length)) return (int)(rows * length);
        throw new InputException(
            "ArrayTooLong", FaultKind.NotSupported,
            FormattableString.Invariant(
                $"{purpose} are {(double)rows * length:G3} values; one array holds {(double)Array.MaxLength:G3}. {advice}"));
    }

    /// <summary>Fails when <paramref name="bytes"/> are not free.</summary>
    /// <param name="bytes">What is needed.</param>
    /// <param name="purpose">What it is for, such as "the condensed distances of 68,195 faces".</param>
    /// <param name="advice">What needs less, as a sentence.</param>
    /// <exception cref="InputException"><c>MemoryInsufficient</c>.</exception>
    public static void Require(double bytes, string purpose, string advice)
    {
        var free = FreeBytes;
        if (bytes <= free) return;
        throw new InputException(
            "MemoryInsufficient", FaultKind.ResourceUnavailable,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{purpose} need {bytes / (1 << 30):F1} GiB; {free / (double)(1 << 30):F1} GiB are free. {advice}"));
    }
}
