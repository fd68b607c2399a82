namespace Thesis.Engine.Data;

/// <summary>What was done to a slice, for formats whose tags say it.</summary>
/// <param name="Description">A sentence in ASCII.</param>
/// <param name="SeriesSuffix">A word for the series' description.</param>
public sealed record SliceDerivation(string Description, string SeriesSuffix);
