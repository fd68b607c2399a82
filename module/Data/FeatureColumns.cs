namespace Thesis.Engine.Data;

/// <summary>Which columns of a table were taken as features, and which were not.</summary>
/// <param name="Taken">The names of the features' columns, in order; of a list the one name.</param>
/// <param name="Left">The names of the other columns, ids and identities not counted.</param>
public sealed record FeatureColumns(IReadOnlyList<string> Taken, IReadOnlyList<string> Left)
{
    private const int MostNames = 8;

    /// <summary>As a sentence says it: <c>f0 .. f127 (128)</c>, and what was left.</summary>
    public override string ToString()
    {
        var taken = Taken.Count > MostNames
            ? $"{Printable.Text(Taken[0])} .. {Printable.Text(Taken[^1])} ({Taken.Count})"
            : string.Join(", ", Taken.Select(Printable.Text));
        if (Left.Count == 0) return taken;
        var left = string.Join(", ", Left.Take(MostNames).Select(Printable.Text));
        return Left.Count > MostNames ? $"{taken}; not {left} and {Left.Count - MostNames} more" : $"{taken}; not {left}";
    }
}
