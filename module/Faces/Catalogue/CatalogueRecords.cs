namespace Thesis.Engine.Faces;

/// <summary>Where a face lies in its photograph, in pixels.</summary>
/// <param name="Left">The left edge.</param>
/// <param name="Top">The upper edge.</param>
/// <param name="Width">The width.</param>
/// <param name="Height">The height.</param>
public sealed record FaceBox(double Left, double Top, double Width, double Height);

/// <summary>A face of a catalogue.</summary>
/// <param name="Face">Its id.</param>
/// <param name="Key">The id that its source gave it; null where the source has none.</param>
/// <param name="Photograph">Its photograph; null where none is known.</param>
/// <param name="Box">Where it lies there; null where that is not known.</param>
/// <param name="Cluster">Its cluster; null for an ignored face.</param>
/// <param name="IsPinned">Whether a person put it there.</param>
/// <param name="Added">The command that added it.</param>
public sealed record CatalogueFace(
    long Face, string? Key, string? Photograph, FaceBox? Box, long? Cluster, bool IsPinned, long Added)
{
    /// <summary>The cluster's name.</summary>
    public string? Name { get; init; }

    /// <summary>The time of the command that added it.</summary>
    public DateTimeOffset AddedAt { get; init; }

    /// <summary>The mean cosine similarity to the other faces of its cluster; NaN for a face alone or without a
    /// cluster.</summary>
    public double Cohesion { get; init; } = double.NaN;
}

/// <summary>A cluster of a catalogue: a person, named or not.</summary>
/// <param name="Cluster">Its id.</param>
/// <param name="Name">The person's name; null where none was given.</param>
/// <param name="IsIgnored">Whether it is of no interest: strangers, statues.</param>
/// <param name="Faces">Its faces.</param>
public sealed record CatalogueCluster(long Cluster, string? Name, bool IsIgnored, long Faces)
{
    /// <summary>The mean cosine similarity over all pairs of its faces; NaN for one face.</summary>
    public double Cohesion { get; init; } = double.NaN;

    /// <summary>The cluster with the largest mean cosine similarity to it; null where none was looked for.</summary>
    public long? NearestCluster { get; init; }

    /// <summary>That similarity; NaN where there is none.</summary>
    public double NearestSimilarity { get; init; } = double.NaN;

    /// <summary>Why to look at it; null where nothing is suspicious.</summary>
    public string? Review { get; init; }
}

/// <summary>What became of a face that was added.</summary>
public enum AddedFaceOutcome
{
    /// <summary>It joined a cluster that was there.</summary>
    Assigned,

    /// <summary>It is in a new cluster.</summary>
    New,

    /// <summary>It was there already.</summary>
    Known,

    /// <summary>It was there already; its photograph has been moved.</summary>
    Moved,

    /// <summary>Its photograph has been changed: the face has its new feature.</summary>
    Changed,
}

/// <summary>A face that was added, or was there.</summary>
/// <param name="Source">The set that it came from.</param>
/// <param name="Index">Its row there.</param>
/// <param name="Key">The id that its source gave it.</param>
/// <param name="Photograph">Its photograph.</param>
/// <param name="Face">Its id in the catalogue.</param>
/// <param name="Cluster">Its cluster; null where it is ignored.</param>
/// <param name="Name">The cluster's name.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Similarity">The mean cosine similarity to the faces of the cluster that it joined; NaN for
/// others.</param>
public sealed record AddedFaceResult(
    string Source, int Index, string? Key, string? Photograph, long Face, long? Cluster, string? Name,
        AddedFaceOutcome Outcome,
    double Similarity);
