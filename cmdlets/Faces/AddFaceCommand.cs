using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Adds faces to a catalogue, a file that keeps faces and the people they belong to from day to day. The first faces are
/// clustered; later ones join the clusters that are there, or make new ones. Ids and names stay.
/// </summary>
/// <remarks>
/// <para>A new face joins the cluster of the largest mean cosine similarity to its faces, where 1 less that similarity
/// is within the catalogue's threshold. That is average linkage, exact, and costs one product with the sum of each
/// cluster's features, however many faces there are. Faces that join none are clustered among themselves by average
/// linkage up to the same threshold. All faces of one command are added together: neither the order of the files nor
/// that of their rows matters.</para>
/// <para>The threshold is that of the first clustering: a Threshold, or the cut of Invoke-FaceClustering, with a
/// Calibration or without. One that was read off the set is read again when the set has doubled, up to 10,000 faces. A
/// Threshold on a later command replaces it, and so does the first Calibration. Clusters that are there stay as they
/// are.</para>
/// <para>A face is known by its feature, not by its path: the same faces from a folder that was moved get the new paths
/// and keep their clusters, and adding a face twice changes nothing. In the same place of the same photograph another
/// feature is the same face again, its photograph having been changed. Two faces of one photograph (the property Path or
/// Photograph, as records and files of Get-FaceFeature have it, or an id that is a whole path) are two people, unless
/// AllowSamePhotograph is given or a person says otherwise (Set-Face, Merge-FaceCluster).</para>
/// <para>One command is one transaction: killed at any moment it has happened whole or not at all. Two commands on one
/// catalogue come one after the other. The features of a catalogue are of one model; others are refused by the model's
/// name and their length.</para>
/// <para>With WhatIf the records say what would become of the faces, and nothing is written.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db</code>
/// <para>Makes a catalogue of the faces of a file.</para>
/// </example>
/// <example>
/// <code>Get-FaceFeature photographs -DetectorPath detector.onnx -ModelPath model.onnx -MinimumSize 20 | Add-Face -CataloguePath people.db -Threshold 0.5</code>
/// <para>Adds the faces of the photographs of a folder; the same command every night adds those that are new.</para>
/// </example>
/// <example>
/// <code>Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath model.onnx | Add-Face -CataloguePath named.db -NameByIdentity -Threshold 0.5</code>
/// <para>Takes people over who have been sorted into folders by name.</para>
/// </example>
/// <seealso cref="GetFaceCommand"/>
/// <seealso cref="GetFaceClusterCommand"/>
/// <seealso cref="UpdateFaceClusterCommand"/>
/// <seealso cref="UndoFaceChangeCommand"/>
/// <seealso cref="GetFaceFeatureCommand"/>
[Cmdlet(VerbsCommon.Add, "Face", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(AddedFace))]
public sealed class AddFaceCommand : FaceInputCmdlet
{
    // Of the records of Get-FaceFeature and of its tables, and of its npz files.
    private static readonly string[] ModelProperties = ["Model", "Models"];

    private readonly List<FeatureSet> _sets = [];
    private CatalogueOptions _options = new();
    private string? _model;

    /// <summary>The catalogue; it is made when it is missing.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string CataloguePath { get; set; } = "";

    /// <summary>How the first faces of a catalogue are clustered: AHC, PAHC, DDC, DDC-NEG or ARO. Later ones are
    /// assigned as AHC would.</summary>
    [Parameter]
    [ValidateSet("AHC", "PAHC", "DDC", "DDC-NEG", "ARO")]
    public string Method { get; set; } = "AHC";

    /// <summary>The linkage distance, 1 less the mean cosine similarity, up to which faces are one person's.</summary>
    [Parameter]
    [ValidateRange(0.0, 2.0)]
    public double? Threshold { get; set; }

    /// <summary>
    /// What is known of these features from labelled faces of other people: a file that Measure-FacePair
    /// -CalibrationPath wrote, or the name of features that the module knows. The threshold is read off the set by it.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(CalibrationCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Calibration { get; set; }

    /// <summary>
    /// The name of the model that made the features; unless given the property Model of the objects, if they have one.
    /// The catalogue keeps it and refuses features of another.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateLength(1, 200)]
    public string? ModelName { get; set; }

    /// <summary>Puts faces whose identity is known into the cluster of that name, for good.</summary>
    [Parameter]
    public SwitchParameter NameByIdentity { get; set; }

    /// <summary>Lets two faces of one photograph be one person, as in collages.</summary>
    [Parameter]
    public SwitchParameter AllowSamePhotograph { get; set; }

    /// <summary>How many seconds are waited for another command that is at work on the catalogue.</summary>
    [Parameter]
    [ValidateRange(0, 86_400)]
    public int LockTimeout { get; set; } = 30;

    /// <inheritdoc/>
    protected override IEnumerable<string?> Targets => [];

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        CataloguePath = Require(() => CheckTarget(CataloguePath, overwrite: true));
        _model = ModelName;
        _options = Require(() => new CatalogueOptions
        {
            Clustering = new FaceClusteringOptions
            {
                Method = FaceClusteringParameters.MethodOf(Method),
                Cut = FaceClusteringParameters.CutOf(Threshold, Calibration, ResolveTarget),
                MeasureEpsilon = true,
                MeasureEta = true,
            },
            NameByIdentity = NameByIdentity,
            AllowSamePhotograph = AllowSamePhotograph,
            Wait = TimeSpan.FromSeconds(LockTimeout),
        });
    }

    /// <inheritdoc/>
    protected override void Process(FeatureSet faces)
    {
        var model = ModelName ?? ModelOf(faces);
        if (_sets.Count > 0 && _sets[0].Features.Dimension != faces.Features.Dimension)
        {
            throw new InputException(
                "CatalogueDimensionDiffers", FaultKind.InvalidArgument,
                $"The features of '{faces.Source}' have {faces.Features.Dimension} values, and those of '{_sets[0].Source}' "
                + $"{_sets[0].Features.Dimension}: they are of another model.", faces.Source);
        }

        if (_model is not null && model is not null && model != _model) throw TwoModels(faces.Source, model, _model);
        _model ??= model;
        _sets.Add(faces);
    }

    /// <summary>Adds the faces of all files and of the pipeline together.</summary>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (_sets.Count == 0) return;
        var faces = _sets.Sum(set => set.Features.Count);
        var options = _options with { Model = _model, Apply = ShouldProcess(CataloguePath, $"Add {faces} faces") };
        Guard(() => WriteObject(
            Compute(context => CatalogueAddition.Add(CataloguePath, _sets, options, context)).Select(face =>
                FaceCatalogueRecords.Of(face, CataloguePath)),
            enumerateCollection: true));
    }

    private static string? ModelOf(FeatureSet faces)
    {
        if (faces.Properties.FirstOrDefault(property =>
            ModelProperties.Contains(property.Name, StringComparer.OrdinalIgnoreCase)) is not { } property) return null;
        string[] models = [.. property.Values.Select(value => value?.ToString()).OfType<string>().Where(name =>
            name.Length > 0).Distinct().Take(2)];
        return models.Length < 2 ? models.FirstOrDefault() : throw TwoModels(faces.Source, models[0], models[1]);
    }

    private static InputException TwoModels(string source, string model, string other) => new(
        "CatalogueModelDiffers", FaultKind.InvalidArgument,
        $"The features of '{source}' are of the model '{model}', and others of '{other}': the two cannot be compared.",
            source);
}
