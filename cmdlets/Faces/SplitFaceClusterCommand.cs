using System.Management.Automation;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>Makes several clusters of one that holds several people.</summary>
/// <remarks>
/// <para>With Face those faces become a cluster of their own; with Threshold the cluster is parted by average linkage up
/// to that distance, and its largest part stays. Faces that a person put there stay, too. What leaves a cluster is not
/// put back into it by any later clustering.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db -Threshold 0.9 | Out-Null; Split-FaceCluster faces.db 1 -Threshold 0.3</code>
/// <para>Parts a cluster by a tighter threshold.</para>
/// </example>
/// <seealso cref="MergeFaceClusterCommand"/>
/// <seealso cref="SetFaceCommand"/>
/// <seealso cref="UndoFaceChangeCommand"/>
[Cmdlet(VerbsCommon.Split, "FaceCluster", DefaultParameterSetName = "Face", SupportsShouldProcess = true)]
[OutputType(typeof(CataloguedCluster))]
public sealed class SplitFaceClusterCommand : FaceCatalogueCmdlet
{
    /// <summary>The cluster, by its id.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public long Cluster { get; set; }

    /// <summary>The faces that leave it, by their ids.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Face")]
    public long[] Face { get; set; } = [];

    /// <summary>The largest linkage distance, 1 less the mean cosine similarity, within the parts.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Threshold")]
    [ValidateRange(0.0, 2.0)]
    public double Threshold { get; set; }

    /// <summary>Parts a cluster.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var path = Catalogue;
        if (!ShouldProcess(path, $"Split cluster {Cluster}")) return;
        var made = Compute(context => CatalogueEdits.Split(path, Cluster, Face, Threshold, Wait, context));
        WriteObject(ReadClusters(path, [Cluster, .. made]), enumerateCollection: true);
    });
}
