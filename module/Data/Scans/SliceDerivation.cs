namespace Thesis.Engine.Data;

/// <summary>What was done to a slice, for formats whose tags say it.</summary>
/// <param name="Description">A sentence in ASCII.</param>
/// <param name="SeriesSuffix">A word in ASCII for the series' description.</param>
/// <param name="Unchanged">The sentence where no pixel is another; the first one where this is null.</param>
public sealed record SliceDerivation(string Description, string SeriesSuffix, string? Unchanged = null);
