namespace Thesis.Engine.Faces;

/// <summary>What a person says of faces; one of these at a time.</summary>
public abstract record FaceVerdict
{
    private FaceVerdict()
    {
    }

    /// <summary>They are of this cluster.</summary>
    public sealed record InCluster(long Cluster) : FaceVerdict;

    /// <summary>They are not of this cluster.</summary>
    public sealed record NotInCluster(long Cluster) : FaceVerdict;

    /// <summary>They are of the person of another face.</summary>
    public sealed record SameAs(long Face) : FaceVerdict;

    /// <summary>They are not of the person of another face.</summary>
    public sealed record DifferentFrom(long Face) : FaceVerdict;

    /// <summary>They are of no interest, or no faces.</summary>
    public sealed record Ignored : FaceVerdict;

    /// <summary>They are to be clustered as if they came now.</summary>
    public sealed record Open : FaceVerdict;
}
