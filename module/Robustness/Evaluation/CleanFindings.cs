using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>
/// What the session last found of clean images, by content: attack after attack on one defence asks for the same, and each image of
/// it is a projection. A few tens of bytes an image are kept.
/// </summary>
/// <typeparam name="T">What is found of a set of images; nobody changes it.</typeparam>
internal static class CleanFindings<T>
{
    /// <summary>Two sets of images of two defences.</summary>
    internal const int Most = 4;

    private static readonly Lock Gate = new();
    private static readonly List<(string Key, T Found)> Entries = [];

    /// <summary>What was found for a key, or is now.</summary>
    public static T Of(string key, Func<T> find)
    {
        lock (Gate)
        {
            var place = Entries.FindIndex(entry => entry.Key == key);
            if (place >= 0)
            {
                var known = Entries[place];
                Entries.RemoveAt(place);
                Entries.Insert(0, known);
                return known.Found;
            }
        }

        var found = find();
        lock (Gate)
        {
            Entries.Insert(0, (key, found));
            if (Entries.Count > Most) Entries.RemoveAt(Entries.Count - 1);
        }

        return found;
    }
}

/// <summary>What decides on what is found of clean images, rounding included.</summary>
internal static class CleanKey
{
    /// <summary>The key of <see cref="CleanFindings{T}"/>.</summary>
    /// <param name="model">What tells the model from others.</param>
    /// <param name="images">The images.</param>
    /// <param name="options">Seed, batches, draws, and the class that is left out as the wanted one.</param>
    /// <param name="work">Device and threads.</param>
    public static string Of(string model, LabelledImages images, AttackRunOptions options, WorkContext work)
    {
        var leftOut = options.Target is TargetChoice.OneClass { Label: var label } ? label : -1;
        return FormattableString.Invariant(
            $"{model}\n{images.Fingerprint(work)} {images.Count} without {leftOut} seed {options.Seed} batch {options.BatchSize} ")
            + FormattableString.Invariant($"draws {options.JudgingDraws} {work.Device} threads {work.Threads}");
    }
}
