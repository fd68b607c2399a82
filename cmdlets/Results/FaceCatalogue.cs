namespace Thesis.Cmdlets;

/// <summary>A catalogue of faces: what Get-FaceCatalogue emits.</summary>
public sealed record FaceCatalogue
{
    /// <summary>The number of faces, the ignored ones included.</summary>
    public required long Faces { get; init; }

    /// <summary>The faces that are ignored.</summary>
    public required long IgnoredFaces { get; init; }

    /// <summary>The number of clusters.</summary>
    public required long Clusters { get; init; }

    /// <summary>The clusters that have a name.</summary>
    public required long NamedClusters { get; init; }

    /// <summary>The faces that are alone in their clusters.</summary>
    public required long AloneFaces { get; init; }

    /// <summary>The model of the features; empty where no name was given.</summary>
    public string? Model { get; init; }

    /// <summary>The values of a feature; 0 before the first face.</summary>
    public required int Dimension { get; init; }

    /// <summary>The linkage distance up to which faces are one person's; empty where nothing tells yet.</summary>
    public double? Threshold { get; init; }

    /// <summary>How the threshold was chosen: likelihood, calibrated or threshold.</summary>
    public string? ThresholdRule { get; init; }

    /// <summary>The last command that changed it and can be taken back.</summary>
    public string? LastCommand { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastChange { get; init; }

    /// <summary>The bytes of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>With -Check, whether the file is whole.</summary>
    public bool? Whole { get; init; }

    /// <summary>What is wrong with it.</summary>
    public string? Fault { get; init; }

    /// <summary>The file.</summary>
    public required string CataloguePath { get; init; }
}
