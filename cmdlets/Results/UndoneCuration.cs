namespace Thesis.Cmdlets;

/// <summary>A step of a manifest that was taken back: what Undo-FaceCuration emits.</summary>
public sealed record UndoneCuration
{
    /// <summary>Link or Move.</summary>
    public required string Action { get; init; }

    /// <summary>Whether there was anything to take back.</summary>
    public required bool Undone { get; init; }

    /// <summary>The image in its dataset.</summary>
    public required string Source { get; init; }

    /// <summary>Where the link or the image was.</summary>
    public required string Target { get; init; }
}
