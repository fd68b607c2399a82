using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// The base of the cmdlets that take faces: files of features, each a set by itself, or the objects of a pipeline, one
/// set together.
/// </summary>
public abstract class FaceInputCmdlet : FileInputCmdlet
{
    private readonly FeatureSetBuilder _rows = new();
    private int _objects;
    private string? _written;

    /// <summary>
    /// Faces or files from the pipeline. An array of numbers, or an object with a property Feature (also Features,
    /// Embedding, Vector), is a face, with Id (Name, Path) and Identity (Label, Subject) where it has them. A string, a
    /// file object, or an object with FeaturePath is a file.
    /// </summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>A file with one known identity a line, in the order of the features.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IdentityPath { get; set; }

    /// <summary>Processes the faces that were gathered.</summary>
    protected override void EndProcessing()
    {
        if (_rows.Count > 0) Guard(() => Process(_rows.ToFeatureSet(), IdentityPath));
    }

    /// <summary>Processes one set of faces, their features as they came.</summary>
    protected abstract void Process(FeatureSet faces);

    /// <summary>The files that are written of a set of faces, null where one is not wanted.</summary>
    protected abstract IEnumerable<string?> Targets { get; }

    /// <inheritdoc/>
    protected override void Take(string path, bool literal) => ProcessFiles(path, IdentityPath, literal);

    /// <inheritdoc/>
    protected override void TakeObject()
    {
        var face = PipelineFace.From(InputObject, _objects++);
        if (face.FeaturePath is { } path)
        {
            ProcessFiles(path, face.IdentityPath ?? IdentityPath, literal: true);
            return;
        }

        _rows.Add(face.Id, face.Vector.AsSpan(), face.Identity);
    }

    private void ProcessFiles(string path, string? identityPath, bool literal)
    {
        foreach (var file in PathResolver.Files(this, path, literal))
        {
            Guard(() => Process(
                Compute(context => FeatureFile.Read(file, FeatureFileOptions.Default, context)), identityPath));
        }
    }

    private void Process(FeatureSet faces, string? identityPath)
    {
        RequireOneSource(faces.Source);
        if (identityPath is not null)
        {
            faces = faces with
            {
                Identities = Compute(
                    context => IdentityFile.Read(ResolveTarget(identityPath), faces.Features.Count, context)),
            };
        }

        Process(faces);
        _written = faces.Source;
    }

    // A file holds what was found in one set of faces; the next set must not replace it.
    private void RequireOneSource(string source)
    {
        if (_written is null || Targets.FirstOrDefault(target => target is not null) is not { } target) return;
        throw new InputException(
            "TargetTaken", FaultKind.AlreadyExists,
            $"'{target}' is for one set of faces, and has that of '{_written}'. Call the cmdlet once for '{source}'.",
            source);
    }
}
