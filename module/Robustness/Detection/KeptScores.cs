using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The scores of clean images of the session's last measurements, by content: attack after attack on one defence asks for the same
/// ones, and each is a projection. A few tens of bytes an image are kept.
/// </summary>
internal static class KeptScores
{
    /// <summary>Calibration and test images of two defences.</summary>
    internal const int Most = 4;

    private static readonly Lock Gate = new();
    private static readonly List<(string Key, DetectionMeasurement.Scores Scores)> Entries = [];

    /// <summary>What decides on the scores of clean images, rounding included.</summary>
    /// <param name="model">What tells the model from others.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">Seed and batches.</param>
    /// <param name="work">Device and threads.</param>
    public static string Key(string model, LabelledImages images, AttackRunOptions options, WorkContext work) => FormattableString.Invariant(
        $"{model}\n{images.Fingerprint(work)} {images.Count} seed {options.Seed} batch {options.BatchSize} {work.Device} threads {work.Threads}");

    /// <summary>The scores of a key: kept ones, or those that are computed now.</summary>
    public static DetectionMeasurement.Scores Of(string key, Func<DetectionMeasurement.Scores> compute)
    {
        lock (Gate)
        {
            var place = Entries.FindIndex(entry => entry.Key == key);
            if (place >= 0)
            {
                var known = Entries[place];
                Entries.RemoveAt(place);
                Entries.Insert(0, known);
                return known.Scores;
            }
        }

        var computed = compute();
        lock (Gate)
        {
            Entries.Insert(0, (key, computed));
            if (Entries.Count > Most) Entries.RemoveAt(Entries.Count - 1);
        }

        return computed;
    }
}
