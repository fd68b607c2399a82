namespace Thesis.Engine.Data;

/// <summary>Features as they were read: finite, at least one row, none of them zero, not yet normalised.</summary>
/// <param name="Features">N rows of D values.</param>
/// <param name="Ids">N different ids, or null where the source has none.</param>
/// <param name="Identities">The identities of the N faces, empty where unknown; null where the source has none.</param>
/// <param name="Source">The path, or a word for the pipeline.</param>
public sealed record FeatureSet(
    FeatureMatrix Features, string[]? Ids, string[]? Identities, string Source)
{
    /// <summary>The columns of the features; null where the source has none by name.</summary>
    public FeatureColumns? Columns { get; init; }

    /// <summary>The row of the source that each face is; null where every row is a face.</summary>
    public int[]? Rows { get; init; }

    /// <summary>The rows of the source, those that were left out counted.</summary>
    public int SourceRows { get; init; } = Features.Count;

    /// <summary>What else the source says of each face.</summary>
    public IReadOnlyList<FaceProperty> Properties { get; init; } = [];

    /// <summary>The row of the source that a face is.</summary>
    public int RowOf(int face) => Rows?[face] ?? face;
}

/// <summary>A property that the source gives its faces and that no clustering looks at: an album, a box.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">A value a face, null where it has none.</param>
public sealed record FaceProperty(string Name, object?[] Values)
{
    /// <summary>The most that are kept of a file.</summary>
    public const int Most = 64;
}
