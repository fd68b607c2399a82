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
    private bool _hasId;
    private bool _hasIdentity;

    // A file holds what was found in one set of faces.
    private readonly WrittenTargets _written = new();

    /// <summary>
    /// Faces or files from the pipeline. An array of numbers, or an object or hashtable with a property Feature (also
    /// Features, Embedding, Vector), is a face, with Id (Name, Path) and Identity (Label, Subject) where it has them; its
    /// other properties are those of its record, too. A string, a file object, or an object with FeaturePath is a file.
    /// </summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>A file with one identity a line, in the order of the features; an empty line is an unknown one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IdentityPath { get; set; }

    /// <summary>
    /// What holds the features, where there are several: the npz entry, of a table (csv, tsv, parquet) the list column or
    /// the prefix of numbered columns, of an object of the pipeline the property.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FeatureName { get; set; }

    /// <summary>
    /// The columns of a table (csv, tsv, parquet) that are the features, with the wildcards * and ?. Unless given they are its one list
    /// of numbers, or the columns named by one prefix and a number; other columns are kept as properties of the records, and
    /// -Verbose and FeatureColumns of a record say which is which.
    /// </summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? FeatureColumn { get; set; }

    /// <summary>
    /// The values of a feature of a .bin file (float32, row-major, as learn-to-cluster has them), which does not say it; the
    /// features of other files must have as many.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 65536)]
    public int? FeatureDimension { get; set; }

    /// <summary>
    /// Leaves out the rows of a file that cannot be used, with a warning that names them; unless given they are one error.
    /// Of a pipeline each object that cannot be used is an error, and the others are taken.
    /// </summary>
    [Parameter]
    public SwitchParameter SkipInvalid { get; set; }

    /// <summary>The column, npz entry or property with the ids; id, ids, path, paths or name unless given.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IdName { get; set; }

    /// <summary>
    /// The column, npz entry or property with the identities; identity, label or subject, or the plural of one, unless given.
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
        if (_rows.Count == 0) return;
        RequireBorne(IdName, _hasId, nameof(IdName));
        RequireBorne(IdentityName, _hasIdentity, nameof(IdentityName));
        Guard(() => Process(_rows.ToFeatureSet(), IdentityPath));
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
            // A string may be a pattern, as it is for -Path; what exists as it is written is meant.
            var pattern = InputObject.BaseObject is string && !PathResolver.Exists(this, path);
            ProcessFiles(path, face.IdentityPath ?? IdentityPath, literal: !pattern);
            return;
        }

        if (FeatureColumn is not null)
        {
            Require<object>(() => throw new InputException(
                DataErrorIds.ColumnNotFound, FaultKind.InvalidArgument,
                "-FeatureColumn names columns of a table, and the objects of the pipeline are faces: -FeatureName names their property."));
        }

        if (FeatureDimension is { } dimension && face.Vector!.Length != dimension)
        {
            var index = _rows.Offered;
            _rows.Drop();
            throw new InputException(
                DataErrorIds.DimensionMismatch, FaultKind.InvalidData,
                $"The feature of object {index} of the pipeline has {face.Vector.Length} values, not {dimension} (-FeatureDimension).", index);
        }

        _hasId |= face.HasId;
        _hasIdentity |= face.HasIdentity;
        _rows.Add(face.Id, face.Vector.AsSpan(), face.Identity);
        _rows.Describe(face.Properties);
    }

    // A name that nothing bears is a mistake; one object may lack it.
    private void RequireBorne(string? name, bool isBorne, string parameter)
    {
        if (name is null || isBorne) return;
        Require<object>(() => throw new InputException(
            DataErrorIds.ColumnNotFound, FaultKind.NotFound, $"No object of the pipeline has a property '{name}' (-{parameter}).", name));
    }

    private PipelineFace ReadObject()
    {
        try
        {
            return PipelineFace.From(InputObject, _rows.Offered, new FaceNames(FeatureName, IdName, IdentityName));
        }
        catch (InputException fault)
        {
            // What has no features at all is no bad face among good ones: said once, not of each.
            if (fault.ErrorId == PipelineFace.UnknownId && _rows.Count == 0) Require<object>(() => throw fault);
            _rows.Drop();
            throw;
        }
    }

    private void ProcessFiles(string path, string? identityPath, bool literal)
    {
        var options = new FeatureFileOptions
        {
            Features = FeatureName,
            Columns = FeatureColumn,
            Id = IdName,
            Identity = IdentityName,
            SkipInvalid = SkipInvalid,
            Dimension = FeatureDimension,
        };
        foreach (var file in PathResolver.Files(this, path, literal))
        {
            Guard(() => Process(Compute(context => FeatureFile.Read(file, options, context)), identityPath));
        }
    }

    private void Process(FeatureSet faces, string? identityPath)
    {
        _written.RequireFree(Targets, faces.Source);
        if (identityPath is not null)
        {
            var all = Compute(context => IdentityFile.Read(ResolveTarget(identityPath), faces.SourceRows, context));
            faces = faces with { Identities = faces.Rows is { } rows ? Array.ConvertAll(rows, row => all[row]) : all };
        }

        Process(faces);
        _written.Add(Targets, faces.Source);
    }

    /// <summary>The resolved targets are different files.</summary>
    /// <exception cref="InputException"><c>TargetTaken</c>.</exception>
    protected bool RequireDifferentTargets()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Targets.OfType<string>().FirstOrDefault(target => !seen.Add(target)) is not { } twice ? true : throw new InputException(
            "TargetTaken", FaultKind.InvalidArgument, $"Two outputs cannot both go to '{twice}'.", twice);
    }
}
