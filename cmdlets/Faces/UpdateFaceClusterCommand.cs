using System.Management.Automation;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Gives the faces of a catalogue that are alone another chance, once others have come: each joins a larger cluster, or
/// they come together. Also chooses the catalogue's threshold again.
/// </summary>
/// <remarks>
/// <para>Clusters of two faces and more, names, and what a person said stay as they are; of faces that come together the
/// smallest cluster id stays. The records are the faces that were alone and are not now.</para>
/// <para>With Threshold, Calibration or RenewThreshold the threshold is set, or read off all faces of the catalogue as
/// Invoke-FaceClustering would; that builds the whole tree of merges, which for 68,000 faces takes a minute. Later faces
/// are assigned by it, too.</para>
/// <para>With WhatIf the records say which faces would be alone no more, and nothing is written.</para>
/// </remarks>
/// <example>
/// <code>Add-Face features.npy -CataloguePath faces.db -Threshold 0.2 | Out-Null; Update-FaceCluster faces.db -Threshold 0.6</code>
/// <para>Joins the faces that a tight threshold left alone.</para>
/// </example>
/// <seealso cref="AddFaceCommand"/>
/// <seealso cref="GetFaceCommand"/>
/// <seealso cref="UndoFaceChangeCommand"/>
[Cmdlet(VerbsData.Update, "FaceCluster", SupportsShouldProcess = true)]
[OutputType(typeof(CataloguedFace))]
public sealed class UpdateFaceClusterCommand : FaceCatalogueCmdlet
{
    /// <summary>The catalogue's threshold from now on: the linkage distance, 1 less the mean cosine similarity, up to
    /// which faces are one person's.</summary>
    [Parameter]
    [ValidateRange(0.0, 2.0)]
    public double? Threshold { get; set; }

    /// <summary>What is known of these features from labelled faces of other people; the threshold is chosen by
    /// it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(CalibrationCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Calibration { get; set; }

    /// <summary>Reads the threshold off the faces that the catalogue has now.</summary>
    [Parameter]
    public SwitchParameter RenewThreshold { get; set; }

    /// <summary>Updates.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var path = Catalogue;
        var options = new CatalogueOptions
        {
            Clustering = new FaceClusteringOptions { Cut = FaceClusteringParameters.CutOf(Threshold, Calibration,
                ResolveTarget) },
            Apply = ShouldProcess(path, "Cluster the faces that are alone"),
            Wait = Wait,
        };
        var renew = Threshold is not null || Calibration is not null || RenewThreshold;
        var joined = Compute(context => CatalogueReclustering.Update(path, options, renew, context)).ToDictionary(one =>
            one.Face, one => one.Cluster);
        if (joined.Count == 0) return;
        WriteObject(ReadFaces(path, joined.Keys).Select(face => options.Apply ? face
            : face with { Cluster = joined[face.Face] }), enumerateCollection: true);
    });
}
