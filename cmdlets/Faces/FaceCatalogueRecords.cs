using System.Globalization;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>What a catalogue holds as public records.</summary>
internal static class FaceCatalogueRecords
{
    /// <summary>The record of a face that was added.</summary>
    public static AddedFace Of(AddedFaceResult face, string path) => new()
    {
        Face = face.Face,
        Id = face.Key,
        Cluster = face.Cluster,
        Name = face.Name,
        Outcome = face.Outcome.ToString(),
        Similarity = Known(face.Similarity),
        Photograph = face.Photograph,
        Index = face.Index,
        Source = face.Source,
        CataloguePath = path,
    };

    /// <summary>The record of a face.</summary>
    public static CataloguedFace Of(CatalogueFace face, string path) => new()
    {
        Face = face.Face,
        Id = face.Key,
        Cluster = face.Cluster,
        Name = face.Name,
        Pinned = face.IsPinned,
        Cohesion = Known(face.Cohesion),
        Photograph = face.Photograph,
        Left = face.Box?.Left,
        Top = face.Box?.Top,
        Width = face.Box?.Width,
        Height = face.Box?.Height,
        Added = face.AddedAt,
        CataloguePath = path,
    };

    /// <summary>The record of a cluster.</summary>
    public static CataloguedCluster Of(CatalogueCluster cluster, string path) => new()
    {
        Cluster = cluster.Cluster,
        Name = cluster.Name,
        Faces = cluster.Faces,
        Cohesion = Known(cluster.Cohesion),
        NearestCluster = cluster.NearestCluster,
        NearestSimilarity = Known(cluster.NearestSimilarity),
        Review = cluster.Review,
        Ignored = cluster.IsIgnored,
        CataloguePath = path,
    };

    /// <summary>Ids as a sentence has them.</summary>
    public static string List(IEnumerable<long> ids)
    {
        var texts = ids.Take(11).Select(id => id.ToString(CultureInfo.InvariantCulture)).ToList();
        return texts.Count <= 10 ? string.Join(", ", texts) : string.Join(", ", texts.Take(10)) + " and others";
    }

    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}
