using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// What a method that knows noise leaves alone for being few is said in a warning: a set in which it finds nothing at all,
/// and copies of one face, which are one person's however few they are.
/// </summary>
internal static class NoiseWarning
{
    /// <summary>Warns where there is such noise.</summary>
    /// <param name="unit">The faces.</param>
    /// <param name="noise">Which of them are noise.</param>
    /// <param name="least">What a cluster needs, in words: the parameter and its value.</param>
    /// <param name="context">Takes the warning.</param>
    public static void Check(FeatureMatrix unit, bool[] noise, string least, WorkContext context)
    {
        if (context.Warning is not { } warn) return;
        int[] alone = [.. Enumerable.Range(0, noise.Length).Where(face => noise[face])];
        if (alone.Length < 2) return;
        var copies = DistinctRows.From(unit.Gather(alone)).Multiplicities().Where(faces => faces > 1).ToArray();
        if (copies.Length > 0)
        {
            warn(FormattableString.Invariant(
                $"{copies.Sum()} faces are noise though they are exact copies of one another ({copies.Length} different faces): ")
                + $"a cluster needs {least}.");
        }
        else if (alone.Length == noise.Length)
        {
            warn(FormattableString.Invariant($"No cluster was found: all {alone.Length} faces are noise. A cluster needs {least}."));
        }
    }
}
