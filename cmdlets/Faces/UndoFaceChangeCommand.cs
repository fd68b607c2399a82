using System.Globalization;
using System.Management.Automation;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>Takes back the last command that changed a catalogue of faces, whichever it was.</summary>
/// <remarks>
/// <para>One command can be taken back, and that itself cannot. Ids that the command gave are not given again.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db | Out-Null; Merge-FaceCluster faces.db 1, 2 | Out-Null; Undo-FaceChange faces.db</code>
/// <para>Takes a merge back.</para>
/// </example>
/// <seealso cref="GetFaceClusterCommand"/>
/// <seealso cref="AddFaceCommand"/>
[Cmdlet(VerbsCommon.Undo, "FaceChange", SupportsShouldProcess = true)]
[OutputType(typeof(UndoneFaceChange))]
public sealed class UndoFaceChangeCommand : FaceCatalogueCmdlet
{
    /// <summary>Takes back.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var path = Catalogue;
        var (name, time) = Compute(context => CatalogueEdits.Undo(path, apply: false, Wait, context));
        if (!ShouldProcess(path, $"Take back {name} of {time}")) return;
        (name, time) = Compute(context => CatalogueEdits.Undo(path, apply: true, Wait, context));
        WriteObject(new UndoneFaceChange
        {
            Command = name,
            Time = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture),
            CataloguePath = path,
        });
    });
}
