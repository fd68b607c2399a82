using System.Globalization;
using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Finds the wrong labels of a dataset of faces, as section 2.5.1 of the dissertation curates MS-Celeb-1M: says of every face whether it is
/// kept, and why not, and on request links the kept images and moves the dropped ones. Nothing is moved or linked unless asked for.
/// </summary>
/// <remarks>
/// <para>Faces come with their identities, as Get-FaceFeature -FolderIdentity gives them of a folder for each identity. The identities are taken
/// BatchSize at a time, in the order of their names; the faces of a batch are clustered by PAHC, average linkage on exp(-s) up to Eta. A
/// cluster whose most frequent identity has fewer than MinimumImages images is dropped; of the others the faces of that identity
/// are kept. The others are dropped: OtherIdentity in a cluster of another one, ClusterTooSmall elsewhere.</para>
/// <para>With Destination a report is written: faces.csv, identities.csv, duplicates.csv, files.csv, a contact sheet for each batch, and index.html, a page without
/// anything outside of it, to look at before anything moves. Finished batches are kept in its folder batches, and a second run takes them from there where
/// features and parameters are the same: a run that was ended goes on, and shards of several machines put their batches together there; the
/// run without ShardCount that follows makes the report of all.</para>
/// <para>LinkKept and MoveDropped touch image files of SourceFolder only, and no links. All steps are written to manifest.json first; Undo-FaceCuration takes
/// them back. A run that was ended while it moved is finished by the same command again.</para>
/// <para>With WhatIf the records come out as ever; what would be written, linked and moved is named, and is not.</para>
/// </remarks>
/// <example>
/// <code>Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath model.onnx -FeaturePath crops.npz | Out-Null; Invoke-FaceCuration crops.npz -MinimumImages 3 -SourceFolder crops -Destination curation</code>
/// <para>Curates the folders of two people: a record for each, and a report with a page to look at.</para>
/// </example>
/// <example>
/// <code>Invoke-FaceCuration crops.npz -MinimumImages 3 -SourceFolder crops -Destination curation -LinkKept curated -MoveDropped dropped -WhatIf</code>
/// <para>Says what would be linked and moved.</para>
/// </example>
/// <example>
/// <code>Invoke-FaceCuration features.npy -IdentityPath labels.txt -MinimumImages 5 -Detailed | Where-Object Reason -eq 'OtherIdentity'</code>
/// <para>The faces that look like another person of the set.</para>
/// </example>
/// <seealso cref="GetFaceFeatureCommand"/>
/// <seealso cref="UndoFaceCurationCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "FaceCuration", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(CuratedIdentity), typeof(CuratedFace))]
public sealed class InvokeFaceCurationCommand : FaceInputCmdlet
{
    private CurationOptions _options = new();

    /// <summary>The most identities that are clustered together; batches are about as large.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int BatchSize { get; set; } = 50;

    /// <summary>K of PAHC, the positive neighbours: 5 unless given, fewer for batches of fewer than ten faces.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int? NeighbourCount { get; set; }

    /// <summary>
    /// K' of PAHC: negatives are the neighbours from this rank on. Unless given it is one and a half times
    /// the mean number of images of a batch's identities, the dissertation's 200 at most, and at most half of the batch.
    /// </summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int? NegativeOffset { get; set; }

    /// <summary>eta: the distance exp(-s) up to which clusters are merged.</summary>
    [Parameter]
    [ValidateRange(1e-6, 1e6)]
    public double Eta { get; set; } = 2.3;

    /// <summary>The least images of a cluster's most frequent identity.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MinimumImages { get; set; } = 30;

    /// <summary>The mean cosine similarity from which the kept faces of two identities are said to overlap.</summary>
    [Parameter]
    [ValidateRange(-1.0, 1.0)]
    public double OverlapSimilarity { get; set; } = 0.4;

    /// <summary>The cosine similarity from which two faces are near duplicates.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double DuplicateSimilarity { get; set; } = 0.98;

    /// <summary>The folder of the report and of finished batches; it is made when it is missing, and an earlier report in it is replaced.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>The folder of the dataset: files in it that give no face, and empty folders, are reported, and only its images are linked or moved.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SourceFolder { get; set; }

    /// <summary>Makes symbolic links of the kept images in this folder, in it a folder for each identity.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LinkKept { get; set; }

    /// <summary>Moves the dropped images into this folder, in it a folder for each identity.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MoveDropped { get; set; }

    /// <summary>Leaves contact sheets and the page out of the report.</summary>
    [Parameter]
    public SwitchParameter NoPicture { get; set; }

    /// <summary>Emits faces instead of identities.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Which part of the batches this run clusters, from 0; it writes batches only.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int ShardIndex { get; set; }

    /// <summary>The number of parts.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int ShardCount { get; set; } = 1;

    /// <inheritdoc/>
    protected override IEnumerable<string?> Targets => [Destination];

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        Require(CheckUse);
        _options = Require(() => new CurationOptions
        {
            BatchSize = BatchSize,
            ProximityAware = new ProximityAwareOptions { Neighbours = NeighbourCount, NegativesFrom = NegativeOffset },
            Eta = Eta,
            MinimumImages = MinimumImages,
            OverlapSimilarity = OverlapSimilarity,
            DuplicateSimilarity = DuplicateSimilarity,
            ShardIndex = ShardIndex,
            ShardCount = ShardCount,
        });
        if (Destination is not null) Destination = ResolveTarget(Destination);
        if (SourceFolder is not null) SourceFolder = Require(() => Folder(SourceFolder));
        if (LinkKept is not null) LinkKept = Require(() => CurationMoves.RequireOutside(Whole(LinkKept), SourceFolder!));
        if (MoveDropped is not null) MoveDropped = Require(() => CurationMoves.RequireOutside(Whole(MoveDropped), SourceFolder!));
    }

    /// <inheritdoc/>
    protected override void Process(FeatureSet faces)
    {
        if (faces.Identities is not { } identities)
        {
            throw new InputException(
                "IdentityMissing", FaultKind.InvalidArgument,
                $"The faces of '{faces.Source}' have no identities to curate by: give -IdentityPath, or make them by Get-FaceFeature -FolderIdentity.", faces.Source);
        }

        var ids = FaceCurationRecords.Ids(faces);
        var store = Destination is not null && ShouldProcess(System.IO.Path.Combine(Destination, "batches"), "Keep finished batches")
            ? new CurationBatchStore(System.IO.Path.Combine(Destination, "batches"))
            : null;
        var result = Compute(work => FaceCurator.Curate(faces.Features.Normalize(), identities, _options, store, work));
        if (result.Resumed > 0) WriteVerbose($"{result.Resumed} of {result.Batches} batches were clustered before.");
        var images = CurationImage.Of(result, ids, identities);
        try
        {
            if (ShardCount == 1) Report(result, images, ids, identities);
        }
        finally
        {
            WriteObject(
                Detailed ? (IEnumerable<object>)FaceCurationRecords.Faces(faces, ids, result) : FaceCurationRecords.Identities(result, MinimumImages),
                enumerateCollection: true);
        }
    }

    private bool CheckUse()
    {
        if ((LinkKept ?? MoveDropped) is not null && (SourceFolder is null || Destination is null))
        {
            throw new InputException(
                "CurationFolderMissing", FaultKind.InvalidArgument,
                "-LinkKept and -MoveDropped need -SourceFolder, outside of which nothing is touched, and -Destination, for the manifest that undoes them.");
        }

        if (ShardCount == 1) return true;
        return (Destination is null, LinkKept ?? MoveDropped) switch
        {
            (true, _) => throw new InputException(
                "CurationFolderMissing", FaultKind.InvalidArgument, "A shard needs -Destination, where its batches are kept for the run that puts them together."),
            (_, not null) => throw new InputException(
                "ShardNotWhole", FaultKind.InvalidArgument, "A shard links and moves nothing: the run without -ShardCount that puts them together does."),
            _ => true,
        };
    }

    private string Whole(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(ResolveTarget(path)));

    private string Folder(string path)
    {
        var folder = Whole(path);
        return Directory.Exists(folder) ? folder : throw new InputException(
            "SourceFolderNotFound", FaultKind.NotFound, $"There is no folder '{folder}'.", folder);
    }

    private void Report(CurationResult result, IReadOnlyList<CuratedImage> images, string[] ids, string[] identities)
    {
        var strays = SourceFolder is null ? [] : Compute(work => StrayFiles.Find(SourceFolder, images.Select(image => image.Path).ToHashSet(StringComparer.Ordinal), work));
        if (strays.Count > 0)
        {
            var reasons = strays.GroupBy(stray => stray.Reason).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {group.Key}"));
            WriteWarning($"In '{SourceFolder}' give no face: {string.Join(", ", reasons)}." + (Destination is null ? " -Destination lists them." : ""));
        }

        if (Destination is null) return;
        if (ShouldProcess(Destination, "Write the report")) Write(result, images, ids, identities, strays);
        if ((LinkKept ?? MoveDropped) is not null) LinkAndMove(images);
    }

    private void Write(CurationResult result, IReadOnlyList<CuratedImage> images, string[] ids, string[] identities, IReadOnlyList<StrayFile> strays) =>
        Compute(work =>
        {
            CurationReport.Write(Destination!, result, ids, identities, strays);
            if (NoPicture) return 0;
            ContactSheet.Write(Destination!, result, images, work);
            CurationPage.Write(Destination!, result, images, ids, strays, work);
            return 0;
        });

    private void LinkAndMove(IReadOnlyList<CuratedImage> images)
    {
        var steps = CurationMoves.Plan(images, SourceFolder!, LinkKept, MoveDropped, fault => Guard(() => throw fault));
        steps = [.. steps.Where(step => ShouldProcess($"'{step.Source}' to '{step.Target}'", step.Action.ToString()))];
        if (steps.Count == 0) return;
        CurationManifest.Add(System.IO.Path.Combine(Destination!, CurationManifest.Name), steps);
        var faults = Compute(work =>
        {
            var found = new List<InputException>();
            for (var i = 0; i < steps.Count; i++)
            {
                work.ThrowIfCancelled();
                work.Report("Linking and moving", i, steps.Count);
                try
                {
                    CurationMoves.Do(steps[i]);
                }
                catch (InputException fault)
                {
                    found.Add(fault);
                }
            }

            return found;
        });
        foreach (var fault in faults) Guard(() => throw fault);
    }
}
