namespace Thesis.Engine.Faces;

/// <summary>How faces are added to a catalogue.</summary>
public sealed record CatalogueOptions
{
    /// <summary>
    /// How the first faces are clustered, a method of linkage, and where: a threshold, which the catalogue has from then
    /// on, or by likelihood.
    /// </summary>
    public FaceClusteringOptions Clustering { get; init; } = new();

    /// <summary>The name of the features, such as that of their network; null where it is not known.</summary>
    public string? Model { get; init; }

    /// <summary>Whether faces whose identity is known go to the cluster of that name.</summary>
    public bool NameByIdentity { get; init; }

    /// <summary>Whether two faces of one photograph may be one person, as in a collage.</summary>
    public bool AllowSamePhotograph { get; init; }

    /// <summary>Whether anything is written; else it is found out what would be.</summary>
    public bool Apply { get; init; } = true;

    /// <summary>How long is waited for another command on the catalogue.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);
}
