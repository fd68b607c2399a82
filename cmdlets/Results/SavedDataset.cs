namespace Thesis.Cmdlets;

/// <summary>A file of a dataset that is there: what Save-ThesisDataset emits.</summary>
public sealed record SavedDataset
{
    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The file's name in the catalogue.</summary>
    public required string File { get; init; }

    /// <summary>Saved; or Present, where it was there already.</summary>
    public required string Status { get; init; }

    /// <summary>Its size, in millions of bytes.</summary>
    public required double Megabytes { get; init; }

    /// <summary>Where it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }
}
