using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>What people say of single faces.</summary>
internal static class FaceVerdicts
{
    /// <summary>Does what is said of a face; whether the face is to be assigned anew.</summary>
    /// <exception cref="InputException"><c>ClusterNotFound</c>, <c>FaceNotFound</c>, <c>FaceIgnored</c>,
    /// <c>FaceSame</c>.</exception>
    public static bool Say(CatalogueEdit edit, long face, long? cluster, FaceVerdict verdict)
    {
        switch (verdict)
        {
            case FaceVerdict.InCluster(var into):
                CatalogueQueries.RequireCluster(edit.File, into);
                FaceMoves.Put(edit, face, cluster, into);
                return false;
            case FaceVerdict.SameAs(var other):
                var others = RequireOther(edit.File, face, other);
                edit.File.Run(
                    "DELETE FROM apart WHERE kind = 1 AND ((face = $0 AND other = $1) OR (face = $1 AND other = $0))",
                    face, other);
                FaceMoves.Put(edit, face, cluster, others);
                edit.Change.PlaceFace(other, others, pinned: true);
                return false;
            case FaceVerdict.NotInCluster(var not):
                CatalogueQueries.RequireCluster(edit.File, not);
                edit.Change.TellApart(0, face, not);
                return cluster == not && FaceMoves.Loosen(edit, face, cluster);
            case FaceVerdict.DifferentFrom(var other):
                var theirs = RequireOther(edit.File, face, other);
                edit.Change.TellApart(1, face, other);
                return cluster == theirs && FaceMoves.Loosen(edit, face, cluster);
            case FaceVerdict.Ignored:
                FaceMoves.Leave(edit, face, cluster);
                edit.Change.PlaceFace(face, null, pinned: true);
                return false;
            default:
                return FaceMoves.Loosen(edit, face, cluster);
        }
    }

    private static long RequireOther(CatalogueFile file, long face, long other)
    {
        if (face == other)
        {
            throw new InputException("FaceSame", FaultKind.InvalidArgument, $"Face {face} is compared with itself.", face);
        }

        return CatalogueQueries.RequireFace(file, other) ?? throw new InputException(
            "FaceIgnored", FaultKind.InvalidArgument, $"Face {other} is ignored, and of no cluster.", other);
    }
}
