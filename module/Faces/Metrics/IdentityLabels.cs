namespace Thesis.Engine.Faces;

/// <summary>Identities as numbers.</summary>
public static class IdentityLabels
{
    /// <summary>The number of an unknown identity.</summary>
    public const int Unknown = -1;

    /// <summary>Numbers identities from 0 in the order in which they appear; a null or empty one is unknown, -1.</summary>
    public static int[] From(IReadOnlyList<string?> identities)
    {
        ArgumentNullException.ThrowIfNull(identities);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var labels = new int[identities.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            var identity = identities[i];
            labels[i] = Unknown;
            if (string.IsNullOrEmpty(identity)) continue;
            numbers.TryAdd(identity, numbers.Count);
            labels[i] = numbers[identity];
        }

        return labels;
    }
}
