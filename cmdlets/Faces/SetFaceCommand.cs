using System.Management.Automation;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Says whose faces are: of this cluster, not of this cluster, of the same person as another face, of another person, or
/// of no interest. What is said holds against all later clustering.
/// </summary>
/// <remarks>
/// <para>A face that is not of its cluster, or not of the person of another face in it, goes at once where it would go
/// if it came now: to the next cluster within the threshold, else to one of its own. What is said last takes the place
/// of what was said of the same face before. An ignored face stays known, so that adding its photograph again does not
/// bring it back.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db | Out-Null; Set-Face faces.db 1 -NotCluster 1</code>
/// <para>Says that a face is not of a cluster.</para>
/// </example>
/// <example>
/// <code>Set-Face faces.db 3, 4 -SameAs 5</code>
/// <para>Says that faces are of the person of another one.</para>
/// </example>
/// <example>
/// <code>Set-Face faces.db 7 -Ignore</code>
/// <para>Ignores what is no face.</para>
/// </example>
/// <seealso cref="GetFaceCommand"/>
/// <seealso cref="SplitFaceClusterCommand"/>
/// <seealso cref="UndoFaceChangeCommand"/>
[Cmdlet(VerbsCommon.Set, "Face", SupportsShouldProcess = true)]
[OutputType(typeof(CataloguedFace))]
public sealed class SetFaceCommand : FaceEditCmdlet
{
    /// <summary>The faces, by their ids.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public long[] Face { get; set; } = [];

    /// <summary>The cluster that they are of; they stay there.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Cluster")]
    public long Cluster { get; set; }

    /// <summary>The cluster that they are not of.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "NotCluster")]
    public long NotCluster { get; set; }

    /// <summary>A face of the same person; all of them stay in its cluster.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "SameAs")]
    public long SameAs { get; set; }

    /// <summary>A face of another person.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "DifferentFrom")]
    public long DifferentFrom { get; set; }

    /// <summary>Says that they are of no interest, or no faces.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Ignore")]
    public SwitchParameter Ignore { get; set; }

    /// <summary>Assigns them as if they came now: an ignored face comes back, and one that was put somewhere is free
    /// again.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Reassign")]
    public SwitchParameter Reassign { get; set; }

    /// <inheritdoc/>
    private protected override IEnumerable<long> Given => Face;

    private FaceVerdict Verdict => ParameterSetName switch
    {
        "Cluster" => new FaceVerdict.InCluster(Cluster),
        "NotCluster" => new FaceVerdict.NotInCluster(NotCluster),
        "SameAs" => new FaceVerdict.SameAs(SameAs),
        "DifferentFrom" => new FaceVerdict.DifferentFrom(DifferentFrom),
        "Ignore" when Ignore => new FaceVerdict.Ignored(),
        _ => new FaceVerdict.Open(),
    };

    /// <inheritdoc/>
    private protected override void Edit(string path, long[] ids)
    {
        if (!ShouldProcess(path, $"Set face {FaceCatalogueRecords.List(ids)}: {ParameterSetName}")) return;
        Change(context => CatalogueEdits.SetFaces(path, ids, Verdict, Wait, context));
        WriteObject(ReadFaces(path, ids), enumerateCollection: true);
    }
}
