namespace Thesis.Cmdlets;

/// <summary>A command on a catalogue that was taken back: what Undo-FaceChange emits.</summary>
public sealed record UndoneFaceChange
{
    /// <summary>The command.</summary>
    public required string Command { get; init; }

    /// <summary>When it ran.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The catalogue.</summary>
    public required string CataloguePath { get; init; }
}
