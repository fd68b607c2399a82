using System.Management.Automation;

namespace Thesis.Cmdlets.Faces;

/// <summary>Lists the clusters of a catalogue, the largest first: who there is, and which clusters want a look.</summary>
/// <remarks>
/// <para>Review says why to look at a cluster: low cohesion where the mean similarity of its faces lies more than 2.5
/// deviations, by the median, below that of the other clusters of three faces and more, as clusters of junk and of
/// several people do; and with Nearest near cluster N, where the mean similarity to it is at least .8 of the smaller
/// cohesion of the two, so that they may be one person.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db | Out-Null; Get-FaceCluster faces.db</code>
/// <para>The clusters of a catalogue.</para>
/// </example>
/// <example>
/// <code>Get-FaceCluster faces.db -Nearest -Review</code>
/// <para>The clusters to look at, those that may be one person included.</para>
/// </example>
/// <seealso cref="SetFaceClusterCommand"/>
/// <seealso cref="MergeFaceClusterCommand"/>
/// <seealso cref="SplitFaceClusterCommand"/>
/// <seealso cref="GetFaceCommand"/>
[Cmdlet(VerbsCommon.Get, "FaceCluster")]
[OutputType(typeof(CataloguedCluster))]
public sealed class GetFaceClusterCommand : FaceCatalogueCmdlet
{
    /// <summary>The clusters that are wanted, by their ids.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    public long[]? Cluster { get; set; }

    /// <summary>The names of the people that are wanted, with the wildcards * and ?.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Lists the clusters that have no name.</summary>
    [Parameter]
    public SwitchParameter Unnamed { get; set; }

    /// <summary>Lists clusters with so many faces and more.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MinimumFaces { get; set; }

    /// <summary>Looks for the nearest cluster of each: one product of all clusters with all.</summary>
    [Parameter]
    public SwitchParameter Nearest { get; set; }

    /// <summary>Lists the clusters that want a look.</summary>
    [Parameter]
    public SwitchParameter Review { get; set; }

    /// <summary>Lists the clusters that are ignored, too.</summary>
    [Parameter]
    public SwitchParameter Ignored { get; set; }

    /// <summary>Lists clusters.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var clusters = ReadClusters(Catalogue, Cluster, Nearest).Where(cluster => cluster.Faces >= MinimumFaces);
        if (Name is not null) clusters = clusters.Where(cluster => cluster.Name is { } name
            && NamePatterns.Match(Name, name));
        if (Unnamed) clusters = clusters.Where(cluster => cluster.Name is null);
        if (Review) clusters = clusters.Where(cluster => cluster.Review is not null);
        if (!Ignored && Cluster is null) clusters = clusters.Where(cluster => !cluster.Ignored);
        WriteObject(clusters, enumerateCollection: true);
    });
}
