using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>The faces that an addition brings, what becomes of each, and how the clusters change by it.</summary>
/// <param name="faces">The faces, copies side by side.</param>
/// <param name="dimension">The length of a feature.</param>
internal sealed class AddedFaces(CatalogueInput[] faces, int dimension)
{
    /// <summary>The faces.</summary>
    public CatalogueInput[] Faces { get; } = faces;

    /// <summary>What becomes of each.</summary>
    public PlacedFace[] Placed { get; } = Array.ConvertAll(faces, _ => new PlacedFace());

    /// <summary>How the clusters change.</summary>
    public Dictionary<long, ClusterDelta> Deltas { get; } = [];

    /// <summary>What becomes of the face that this one is a copy of, or of itself.</summary>
    public PlacedFace Original(int i) => Placed[i].CopyOf < 0 ? Placed[i] : Placed[Placed[i].CopyOf];

    /// <summary>The features of some faces.</summary>
    public FeatureMatrix Gather(IReadOnlyList<int> faces)
    {
        var values = new float[faces.Count * dimension];
        for (var k = 0; k < faces.Count; k++) Faces[faces[k]].Feature.Span.CopyTo(values.AsSpan(k * dimension));
        return new FeatureMatrix(values, faces.Count, dimension);
    }

    /// <summary>Puts a face into a cluster.</summary>
    public void Join(int i, long cluster, AddedFaceOutcome outcome, double similarity)
    {
        var placed = Placed[i];
        (placed.Cluster, placed.Similarity) = (cluster, similarity);
        if (placed.Known is null) placed.Outcome = outcome;
        Delta(cluster).Add(Faces[i].Feature.Span, 1);
    }

    /// <summary>How a cluster changes.</summary>
    public ClusterDelta Delta(long cluster)
    {
        if (!Deltas.TryGetValue(cluster, out var delta)) Deltas.Add(cluster, delta = new ClusterDelta(dimension));
        return delta;
    }
}
