namespace Thesis.Engine.Faces;

/// <summary>A face that a dataset's protocol lists.</summary>
/// <param name="File">The image, as the protocol writes it, with forward slashes; it is not opened.</param>
/// <param name="Identity">The subject; empty where the protocol does not say it.</param>
public sealed record ProtocolFace(string File, string Identity)
{
    /// <summary>The template that the face belongs to; null where there are none.</summary>
    public string? Template { get; init; }

    /// <summary>The photograph or video within the template; null where there is none.</summary>
    public string? Media { get; init; }

    /// <summary>The face in the image, in pixels: left, top, width, height; null where it is not said.</summary>
    public (double X, double Y, double Width, double Height)? Box { get; init; }
}

/// <summary>The faces of a protocol.</summary>
/// <param name="Name">IJB, CFP or YTF.</param>
/// <param name="Part">The subtask or the split, by its file.</param>
/// <param name="Source">The file or folder.</param>
/// <param name="Faces">The faces, in its order.</param>
public sealed record FaceProtocol(string Name, string Part, string Source, IReadOnlyList<ProtocolFace> Faces);
