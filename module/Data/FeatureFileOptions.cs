namespace Thesis.Engine.Data;

/// <summary>Whether the first row of a text table names the columns.</summary>
public enum HeaderRow
{
    /// <summary>
    /// It does when no cell is a number, when a cell is the name of an id or identity column, or when the cells count
    /// the columns 0, 1, 2, ... as pandas writes them, behind an empty cell where it numbers the rows.
    /// </summary>
    Auto,

    /// <summary>It does.</summary>
    Present,

    /// <summary>It does not: every row is a feature.</summary>
    Absent,
}

/// <summary>What to take from a file of features.</summary>
public sealed record FeatureFileOptions
{
    /// <summary>Everything by its usual name.</summary>
    public static FeatureFileOptions Default { get; } = new();

    /// <summary>
    /// The npz entry, or of a table the list column, or the prefix of the numbered columns, that holds the features; null
    /// finds the only one.
    /// </summary>
    public string? Features { get; init; }

    /// <summary>The values of a feature, which a .bin file does not say; another file must have as many, null for any.</summary>
    public int? Dimension { get; init; }

    /// <summary>The columns of a table that are the features, with wildcards; null finds them.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Whether rows that cannot be used are left out with a warning; else they are a fault.</summary>
    public bool SkipInvalid { get; init; }

    /// <summary>The column or npz entry with the ids; null finds <c>id</c>, <c>ids</c>, <c>path</c>, <c>paths</c> or <c>name</c>.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// The column or npz entry with the identities; null finds <c>identity</c>, <c>label</c>, <c>subject</c>, or the plural
    /// of one.
    /// </summary>
    public string? Identity { get; init; }

    /// <summary>Whether a text table begins with the names of its columns.</summary>
    public HeaderRow Header { get; init; }
}
