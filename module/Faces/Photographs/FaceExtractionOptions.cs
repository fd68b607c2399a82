using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Which faces of a photograph are taken.</summary>
public sealed record FaceExtractionOptions
{
    /// <summary>The detector's least score, 0 to 1.</summary>
    public double MinimumScore
    {
        get;
        init => field = OptionRange.Within(value, 0, 1);
    }

    = 0.7;

    /// <summary>The least length of the shorter side of a face's box, in pixels of the photograph.</summary>
    public double MinimumSize
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e6);
    }

    = 40;

    /// <summary>The least sharpness of the aligned face (<see cref="FaceCrop.Sharpness"/>).</summary>
    public double MinimumSharpness
    {
        get;
        init => field = OptionRange.Within(value, 0, 1e6);
    }

    /// <summary>The longer side to which larger photographs are scaled down for the search.</summary>
    public int DetectionSide
    {
        get;
        init => field = OptionRange.Within(value, 32, 8192);
    }

    = 640;

    /// <summary>Takes the largest face of a photograph only.</summary>
    public bool LargestOnly { get; init; }
}

/// <summary>A face and its feature.</summary>
/// <param name="Detection">Where it was found; null for an aligned face.</param>
/// <param name="Sharpness">The variance of the Laplacian of the aligned face.</param>
/// <param name="Feature">The values, as the model gives them.</param>
public sealed record EmbeddedFace(DetectedFace? Detection, double Sharpness, float[] Feature);

/// <summary>A file, or a face in it, that gives no feature.</summary>
/// <param name="Path">The file.</param>
/// <param name="Face">The face; null where it is the file.</param>
/// <param name="Reason">One of <see cref="LeftOutReason"/>, or the error's id.</param>
public sealed record LeftOutFace(string Path, DetectedFace? Face, string Reason);

/// <summary>Why a face is left out.</summary>
public static class LeftOutReason
{
    /// <summary>The file's name is none of a photograph.</summary>
    public const string NotAnImage = "NotAnImage";

    /// <summary>The detector found no face.</summary>
    public const string NoFace = "NoFace";

    /// <summary>The detector's score lies below the least.</summary>
    public const string ScoreTooLow = "ScoreTooLow";

    /// <summary>The box lies below the least size.</summary>
    public const string FaceTooSmall = "FaceTooSmall";

    /// <summary>The aligned face lies below the least sharpness.</summary>
    public const string Blurred = "Blurred";

    /// <summary>The photograph has a larger face.</summary>
    public const string NotLargest = "NotLargest";

    /// <summary>The landmarks are one point.</summary>
    public const string LandmarksInvalid = "LandmarksInvalid";

    /// <summary>The model gives values that are not finite, or only zeros.</summary>
    public const string FeatureInvalid = "FeatureInvalid";
}

/// <summary>What a photograph gave.</summary>
/// <param name="Path">The file.</param>
/// <param name="Faces">Its faces, by falling score.</param>
/// <param name="LeftOut">The faces that were left out, or the file.</param>
/// <param name="Fault">Why the file could not be used.</param>
public sealed record PhotographFaces(
    string Path, IReadOnlyList<EmbeddedFace> Faces, IReadOnlyList<LeftOutFace> LeftOut, InputException? Fault);
