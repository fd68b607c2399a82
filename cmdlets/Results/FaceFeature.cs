namespace Thesis.Cmdlets;

/// <summary>
/// A face of a photograph and its feature: what Get-FaceFeature emits. Lengths are in pixels of the upright photograph; box,
/// landmarks and score are empty for a photograph that is an aligned face.
/// </summary>
public sealed record FaceFeature
{
    /// <summary>The face's id: the path of an aligned face; of another photograph its path, # and the face's number.</summary>
    public required string Id { get; init; }

    /// <summary>The photograph.</summary>
    public required string Path { get; init; }

    /// <summary>The identity, which is the name of the photograph's folder, where -FolderIdentity says so.</summary>
    public string? Identity { get; init; }

    /// <summary>The face's number in its photograph, from 1 by falling score.</summary>
    public required int Face { get; init; }

    /// <summary>The left edge of its box.</summary>
    public float? Left { get; init; }

    /// <summary>The upper edge of its box.</summary>
    public float? Top { get; init; }

    /// <summary>The width of its box.</summary>
    public float? Width { get; init; }

    /// <summary>The height of its box.</summary>
    public float? Height { get; init; }

    /// <summary>The detector's score, 0 to 1.</summary>
    public float? Score { get; init; }

    /// <summary>The shorter side of the box.</summary>
    public float? Size { get; init; }

    /// <summary>The variance of the Laplacian of the aligned face, in squared grey levels: low where it is blurred.</summary>
    public required double Sharpness { get; init; }

    /// <summary>The person's right eye, x and y.</summary>
    public float[]? RightEye { get; init; }

    /// <summary>The person's left eye, x and y.</summary>
    public float[]? LeftEye { get; init; }

    /// <summary>The tip of the nose, x and y.</summary>
    public float[]? Nose { get; init; }

    /// <summary>The right corner of the mouth, x and y.</summary>
    public float[]? RightMouth { get; init; }

    /// <summary>The left corner of the mouth, x and y.</summary>
    public float[]? LeftMouth { get; init; }

    /// <summary>The model that made the feature: its file's name and the first digits of its SHA-256. Features of two models cannot be compared.</summary>
    public required string Model { get; init; }

    /// <summary>The values of the feature, as the model gives them.</summary>
    public required float[] Feature { get; init; }
}
