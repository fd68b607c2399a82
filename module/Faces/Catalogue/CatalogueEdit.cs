namespace Thesis.Engine.Faces;

/// <summary>A command that changes a catalogue, and what of it is recorded.</summary>
/// <param name="File">The catalogue.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Change">What is changed, so that it can be taken back.</param>
internal sealed record CatalogueEdit(CatalogueFile File, CatalogueSettings Settings, CatalogueChange Change);
