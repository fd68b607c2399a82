namespace Thesis.Engine.Faces;

/// <summary>What becomes of a face.</summary>
internal sealed class PlacedFace
{
    /// <summary>The face that it is a copy of; -1 for none.</summary>
    public int CopyOf { get; set; } = -1;

    /// <summary>The face of the catalogue that it is; null for none.</summary>
    public KnownFace? Known { get; set; }

    /// <summary>The id of a new face; 0 before it has one.</summary>
    public long Face { get; set; }

    /// <summary>Its cluster; null for none yet.</summary>
    public long? Cluster { get; set; }

    /// <summary>Whether its name put it there.</summary>
    public bool IsPinned { get; set; }

    /// <summary>Whether its feature has changed too much to stay.</summary>
    public bool IsUnplaced { get; set; }

    /// <summary>How near it is to its cluster; NaN where it was not assigned.</summary>
    public double Similarity { get; set; } = double.NaN;

    /// <summary>What is said of it.</summary>
    public AddedFaceOutcome Outcome { get; set; } = AddedFaceOutcome.New;

    /// <summary>Whether it wants a cluster.</summary>
    public bool IsFresh => CopyOf < 0 && (Known is null || IsUnplaced);
}
