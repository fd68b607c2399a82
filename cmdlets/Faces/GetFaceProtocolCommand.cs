using System.Globalization;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Lists the faces of a dataset's own protocol with their subjects, and joins features to them: IJB-A and IJB-B metadata,
/// IJB-B's seven subtasks of clustering, CFP's lists, YouTube Faces. No image is opened and none is needed.
/// </summary>
/// <remarks>
/// <para>IJB: a CSV with the columns TEMPLATE_ID, FILE or FILENAME, and SUBJECT_ID. IJB-B's subtasks
/// (ijbb_clustering_32_hint_100.csv and so on) have no subjects; they are read from the file of the same folder whose name
/// ends on ground_truth.csv. CFP: the folder Protocol, or Pair_list_F.txt or Pair_list_P.txt. YouTube Faces: the folder
/// frame_images_DB, or a NAME.labeled_faces.txt of it.</para>
/// <para>With FeaturePath an entry has its feature and can go on to Invoke-FaceClustering. Where the features have ids
/// they are the protocol's files; else there is one for each entry, in its order. ByTemplate gives one entry a template:
/// the mean of the means of its photographs and videos, as IJB-A is clustered in chapter 2.</para>
/// </remarks>
/// <example>
/// <code>Get-FaceProtocol IJB-B/clustering_protocols/test7_clustering/ijbb_clustering_32_hint_100.csv | Group-Object Identity -NoElement</code>
/// <para>Counts the faces of each subject of a subtask.</para>
/// </example>
/// <example>
/// <code>Get-FaceProtocol IJB-A_11_sets/split1/verify_metadata_1.csv -FeaturePath ijba.npy -ByTemplate | Invoke-FaceClustering -Oracle</code>
/// <para>Clusters the templates of a split of IJB-A.</para>
/// </example>
/// <seealso cref="InvokeFaceClusteringCommand"/>
/// <seealso cref="GetFaceFeatureCommand"/>
[Cmdlet(VerbsCommon.Get, "FaceProtocol", DefaultParameterSetName = PathSet)]
[OutputType(typeof(FaceProtocolEntry))]
public sealed class GetFaceProtocolCommand : FileInputCmdlet
{
    /// <summary>Paths from the pipeline: strings, or objects with Path or FullName.</summary>
    [Parameter(ParameterSetName = InputObjectSet, Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>A file with the features of the faces: npy, npz, csv, parquet or bin.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FeaturePath { get; set; }

    /// <summary>The values of a feature of a .bin file, which does not say it.</summary>
    [Parameter]
    [ValidateRange(1, 65536)]
    public int? FeatureDimension { get; set; }

    /// <summary>Gives one entry a template, its feature the mean of its media's means.</summary>
    [Parameter]
    public SwitchParameter ByTemplate { get; set; }

    /// <summary>Takes the faces of so many subjects, the first that are listed: 41 of YouTube Faces in chapter 3.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? SubjectCount { get; set; }

    /// <inheritdoc/>
    protected override string DeviceName => "cpu";

    /// <inheritdoc/>
    protected override void Take(string path, bool literal)
    {
        foreach (var item in PathResolver.FilesAndFolders(this, path, literal)) Guard(() => Emit(item));
    }

    /// <inheritdoc/>
    protected override void TakeObject()
    {
        var path = PathResolver.Of(InputObject)
            ?? new[] { "Path", "FullName", "PSPath" }.Select(name => InputObject.Properties[name]?.Value as string)
                .FirstOrDefault(value => value is not null);
        if (path is null)
        {
            throw new InputException(
                "FaceProtocolObjectUnknown", FaultKind.InvalidData,
                "An object of the pipeline is no path and has no property Path or FullName.", InputObject);
        }

        Take(path, literal: true);
    }

    private void Emit(string path)
    {
        var protocol = Compute(context => FaceProtocolFile.Read(path, context));
        var features = FeaturePath is null ? null : Compute(context => FeatureFile.Read(
            ResolveTarget(FeaturePath), new FeatureFileOptions { Dimension = FeatureDimension }, context));
        var rows = features is null ? null : ProtocolFeatures.Rows(protocol, features);
        var kept = Kept(protocol);
        var faces = kept.Select(i => protocol.Faces[i]).ToArray();
        var values = features?.Features.Gather([.. kept.Select(i => rows![i])]);
        if (ByTemplate)
        {
            // Without features the templates are the same, and nothing is averaged.
            var (templates, sizes, means) = ProtocolFeatures.OfTemplates(
                faces, values?.Normalize() ?? new FeatureMatrix([.. Enumerable.Repeat(1f, faces.Length)], faces.Length, 1));
            for (var t = 0; t < templates.Length; t++)
            {
                WriteObject(Entry(protocol, t, templates[t].Template!, templates[t], sizes[t], values is null ? null : means));
            }

            return;
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < faces.Length; i++)
        {
            var file = faces[i].File;
            seen[file] = seen.GetValueOrDefault(file) + 1;
            var id = seen[file] == 1 ? file : string.Create(CultureInfo.InvariantCulture, $"{file}#{seen[file]}");
            WriteObject(Entry(protocol, i, id, faces[i], 1, values));
        }
    }

    private int[] Kept(FaceProtocol protocol)
    {
        if (SubjectCount is not { } count) return [.. Enumerable.Range(0, protocol.Faces.Count)];
        var subjects = protocol.Faces.Select(face => face.Identity).Distinct(StringComparer.Ordinal).Take(count)
            .ToHashSet(StringComparer.Ordinal);
        return [.. Enumerable.Range(0, protocol.Faces.Count).Where(i => subjects.Contains(protocol.Faces[i].Identity))];
    }

    private static FaceProtocolEntry Entry(
        FaceProtocol protocol, int index, string id, ProtocolFace face, int faces, FeatureMatrix? values) => new()
    {
        Protocol = protocol.Name,
        Part = protocol.Part,
        Index = index,
        Id = id,
        Identity = face.Identity.Length > 0 ? face.Identity : null,
        File = face.File.Length > 0 ? face.File : null,
        Template = face.Template,
        Media = face.Media,
        Faces = faces,
        Left = face.Box?.X,
        Top = face.Box?.Y,
        Width = face.Box?.Width,
        Height = face.Box?.Height,
        Feature = values?.Row(index).ToArray(),
    };
}
