using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Takes back what Invoke-FaceCuration linked and moved, by its manifest: moved images go back to where they were, links are removed, and so are
/// folders that are empty then.
/// </summary>
/// <remarks>
/// <para>What was done is read off the files: a step that was not done is passed over (Undone is false), and a command that was ended is finished by the same command again.
/// An image whose place has been taken is an error, and the others go back. The manifest stays.</para>
/// </remarks>
/// <example>
/// <code>Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath model.onnx | Invoke-FaceCuration -MinimumImages 3 -SourceFolder crops -Destination curation -LinkKept curated | Out-Null; Undo-FaceCuration curation/manifest.json</code>
/// <para>Links the kept images, and removes the links.</para>
/// </example>
/// <seealso cref="InvokeFaceCurationCommand"/>
/// <parameter name="Path">The manifests, with wildcards.</parameter>
/// <parameter name="LiteralPath">The manifests, their paths taken as they are written.</parameter>
[Cmdlet(VerbsCommon.Undo, "FaceCuration", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(UndoneCuration))]
public sealed class UndoFaceCurationCommand : FileInputCmdlet
{
    /// <summary>Paths or file objects of manifests from the pipeline.</summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    /// <inheritdoc/>
    protected override void Take(string path, bool literal)
    {
        foreach (var file in PathResolver.Files(this, path, literal))
        {
            // The last step first: a folder that a later step filled is empty again when the earlier one is taken back.
            foreach (var step in CurationManifest.Read(file).Reverse()) Guard(() => TakeBack(step));
        }
    }

    /// <inheritdoc/>
    protected override void TakeObject() => Take(
        PathResolver.Of(InputObject) ?? InputObject.Properties["FullName"]?.Value as string ?? throw new InputException(
            "ManifestObjectUnknown", FaultKind.InvalidData, "An object of the pipeline is no path and has no property FullName.", InputObject),
        literal: true);

    private void TakeBack(CurationStep step)
    {
        if (!ShouldProcess($"'{step.Target}' to '{step.Source}'", step.Action == CurationAction.Move ? "Move back" : "Remove the link")) return;
        WriteObject(new UndoneCuration
        {
            Action = step.Action.ToString(),
            Undone = Compute(_ => CurationMoves.Undo(step)),
            Source = step.Source,
            Target = step.Target,
        });
    }
}
