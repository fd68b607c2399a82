using System.Management.Automation;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>Makes one cluster of several that are one person.</summary>
/// <remarks>
/// <para>The cluster at Into stays, with its id and name; unless it is given the only one with a name, else that with
/// the most faces. The ids of the others are not given again. Clusters that something tells apart are not merged unless
/// Force is given: a photograph that shows both, or what Set-Face and Split-FaceCluster were told.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db | Out-Null; Merge-FaceCluster faces.db 1, 2</code>
/// <para>Makes one of two clusters.</para>
/// </example>
/// <seealso cref="SplitFaceClusterCommand"/>
/// <seealso cref="GetFaceClusterCommand"/>
/// <seealso cref="UndoFaceChangeCommand"/>
[Cmdlet(VerbsData.Merge, "FaceCluster", SupportsShouldProcess = true)]
[OutputType(typeof(CataloguedCluster))]
public sealed class MergeFaceClusterCommand : FaceEditCmdlet
{
    /// <summary>The clusters, by their ids.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public long[] Cluster { get; set; } = [];

    /// <summary>The cluster whose id and name stay.</summary>
    [Parameter]
    public long? Into { get; set; }

    /// <summary>Merges what something tells apart, and forgets that.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override IEnumerable<long> Given => Cluster;

    /// <inheritdoc/>
    private protected override void Edit(string path, long[] ids)
    {
        if (!ShouldProcess(path, $"Merge clusters {FaceCatalogueRecords.List(ids)}")) return;
        var kept = Compute(context => CatalogueEdits.Merge(path, ids, Into, Force, Wait, context));
        WriteObject(ReadClusters(path, [kept]), enumerateCollection: true);
    }
}
