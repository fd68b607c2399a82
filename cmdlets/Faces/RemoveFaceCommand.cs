using System.Management.Automation;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>Forgets faces of a catalogue, such as those of photographs that were deleted.</summary>
/// <remarks>
/// <para>The records are those of the faces as they were. Nothing but the catalogue is touched. A face that was
/// forgotten is new when it is added again; to keep one out, ignore it by Set-Face. A named cluster without faces keeps
/// its name.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db | Out-Null; Remove-Face faces.db 1, 2</code>
/// <para>Forgets two faces.</para>
/// </example>
/// <seealso cref="SetFaceCommand"/>
/// <seealso cref="GetFaceCommand"/>
/// <seealso cref="UndoFaceChangeCommand"/>
[Cmdlet(VerbsCommon.Remove, "Face", SupportsShouldProcess = true)]
[OutputType(typeof(CataloguedFace))]
public sealed class RemoveFaceCommand : FaceEditCmdlet
{
    /// <summary>The faces, by their ids.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public long[] Face { get; set; } = [];

    /// <inheritdoc/>
    private protected override IEnumerable<long> Given => Face;

    /// <inheritdoc/>
    private protected override void Edit(string path, long[] ids)
    {
        if (!ShouldProcess(path, $"Forget face {FaceCatalogueRecords.List(ids)}")) return;
        var faces = ReadFaces(path, ids).ToList();
        Change(context => CatalogueEdits.RemoveFaces(path, ids, Wait, context));
        WriteObject(faces, enumerateCollection: true);
    }
}
