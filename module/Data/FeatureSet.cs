namespace Thesis.Engine.Data;

/// <summary>Features as they were read: finite, at least one row, none of them zero, not yet normalised.</summary>
/// <param name="Features">N rows of D values.</param>
/// <param name="Ids">N different ids, or null where the source has none.</param>
/// <param name="Identities">The identities of the N faces, empty where unknown; null where the source has none.</param>
/// <param name="Source">The path, or a word for the pipeline.</param>
public sealed record FeatureSet(
    FeatureMatrix Features, string[]? Ids, string[]? Identities, string Source);
