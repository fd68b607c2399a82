namespace Thesis.Cmdlets;

/// <summary>A face, or a template, that a dataset's protocol lists: what Get-FaceProtocol emits.</summary>
public sealed record FaceProtocolEntry
{
    /// <summary>The protocol: IJB, CFP or YTF.</summary>
    public required string Protocol { get; init; }

    /// <summary>The subtask, split or list.</summary>
    public required string Part { get; init; }

    /// <summary>The place in the protocol, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>
    /// The image as the protocol writes it, with the place where another face of it is listed; a template's number.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The subject; empty where the protocol does not say it.</summary>
    public string? Identity { get; init; }

    /// <summary>The image; empty for a template.</summary>
    public string? File { get; init; }

    /// <summary>The template of the face.</summary>
    public string? Template { get; init; }

    /// <summary>The photograph or video of the face, within its template or subject.</summary>
    public string? Media { get; init; }

    /// <summary>The faces of a template; 1 for a face.</summary>
    public required int Faces { get; init; }

    /// <summary>The left edge of the face in the image, in pixels.</summary>
    public double? Left { get; init; }

    /// <summary>The upper edge.</summary>
    public double? Top { get; init; }

    /// <summary>The width.</summary>
    public double? Width { get; init; }

    /// <summary>The height.</summary>
    public double? Height { get; init; }

    /// <summary>The values of the feature, where FeaturePath gives them.</summary>
    public float[]? Feature { get; init; }
}
