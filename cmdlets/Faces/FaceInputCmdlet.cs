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
    private string? _written;

    /// <summary>
    /// Faces or files from the pipeline. An array of numbers, or an object with a property Feature (also Features,
    /// Embedding, Vector), is a face, with Id (Name, Path) and Identity (Label, Subject) where it has them. A string, a
    /// file object, or an object with FeaturePath is a file.
    /// </summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>A file with one identity a line, in the order of the features; an empty line is an unknown one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IdentityPath { get; set; }

    /// <summary>The npz entry, or the list column of a Parquet file, with the features, where there are several.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FeatureName { get; set; }

    /// <summary>The column or npz entry with the ids; id, ids, path, paths or name unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IdName { get; set; }

    /// <summary>
    /// The column or npz entry with the identities; identity, label or subject, or the plural of one, unless given.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IdentityName { get; set; }

    /// <summary>The device of the tensor operations: auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    [ValidateNotNullOrEmpty]
    public string Device { get; set; } = "cpu";

    /// <inheritdoc/>
    protected override string DeviceName => Device;

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
        var face = ReadObject();
        if (face.FeaturePath is { } path)
        {
            ProcessFiles(path, face.IdentityPath ?? IdentityPath, literal: true);
            return;
        }

        _rows.Add(face.Id, face.Vector.AsSpan(), face.Identity);
    }

    private PipelineFace ReadObject()
    {
        try
        {
            return PipelineFace.From(InputObject, _rows.Offered);
        }
        catch (InputException)
        {
            _rows.Drop();
            throw;
        }
    }

    private void ProcessFiles(string path, string? identityPath, bool literal)
    {
        var options = new FeatureFileOptions { Features = FeatureName, Id = IdName, Identity = IdentityName };
        foreach (var file in PathResolver.Files(this, path, literal))
        {
            Guard(() => Process(Compute(context => FeatureFile.Read(file, options, context)), identityPath));
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

    /// <summary>Two resolved targets, where both are given, are two files.</summary>
    /// <exception cref="InputException"><c>TargetTaken</c>.</exception>
    protected static bool RequireDifferent(string? target, string? other) =>
        target is null || target != other ? true : throw new InputException(
            "TargetTaken", FaultKind.InvalidArgument, $"Two outputs cannot both go to '{target}'.", target);

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
