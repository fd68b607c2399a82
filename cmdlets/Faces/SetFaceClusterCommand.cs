using System.Management.Automation;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>Names a cluster of a catalogue, or says that clusters are of no interest.</summary>
/// <remarks>
/// <para>A name belongs to one cluster, whatever its case; an empty one takes it away. An ignored cluster goes on taking
/// the faces that belong to it, so that strangers and statues that were ignored once do not come back, and is not
/// listed. All clusters of a pipeline are changed in one transaction, or none.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db | Out-Null; Set-FaceCluster faces.db 1 -Name 'Ann'</code>
/// <para>Names a cluster.</para>
/// </example>
/// <example>
/// <code>Get-FaceCluster faces.db -Review | Set-FaceCluster -Ignore</code>
/// <para>Ignores the clusters that hang together badly.</para>
/// </example>
/// <seealso cref="GetFaceClusterCommand"/>
/// <seealso cref="MergeFaceClusterCommand"/>
/// <seealso cref="UndoFaceChangeCommand"/>
[Cmdlet(VerbsCommon.Set, "FaceCluster", SupportsShouldProcess = true)]
[OutputType(typeof(CataloguedCluster))]
public sealed class SetFaceClusterCommand : FaceEditCmdlet
{
    /// <summary>The clusters, by their ids; one, where a name is given.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public long[] Cluster { get; set; } = [];

    /// <summary>The person's name; an empty one takes a name away.</summary>
    [Parameter]
    [AllowEmptyString]
    [ValidateLength(0, 200)]
    public string? Name { get; set; }

    /// <summary>Says that the clusters are of no interest; -Ignore:$false, that they are.</summary>
    [Parameter]
    public SwitchParameter Ignore { get; set; }

    /// <inheritdoc/>
    private protected override IEnumerable<long> Given => Cluster;

    private bool HasName => MyInvocation.BoundParameters.ContainsKey(nameof(Name));

    private bool HasIgnore => MyInvocation.BoundParameters.ContainsKey(nameof(Ignore));

    /// <summary>Checks the parameters.</summary>
    protected override void BeginProcessing() => Require(() => HasName || HasIgnore ? true : throw new InputException(
        "ClusterChangeMissing", FaultKind.InvalidArgument, "Give -Name or -Ignore: what is to be said of the clusters."));

    /// <inheritdoc/>
    private protected override void Edit(string path, long[] ids)
    {
        if (!ShouldProcess(path, $"Set cluster {FaceCatalogueRecords.List(ids)}")) return;
        Change(context =>
            CatalogueEdits.SetClusters(path, ids, HasName ? Name ?? "" : null, HasIgnore ? Ignore.IsPresent : null, Wait,
                context));
        WriteObject(ReadClusters(path, ids), enumerateCollection: true);
    }
}
