using System.Globalization;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Measures how well clusters agree with known identities: BCubed precision, recall and F (3.17 to 3.19), pairwise F and
/// normalized mutual information.
/// </summary>
/// <remarks>
/// <para>Given clustered faces, it scores the clusters as they are. Given a tree of merges, it scores every cut of it,
/// exactly, and emits the best one (the oracle of the dissertation's tables) and, for each Recall, the cut with the best
/// precision of at least that recall (Table 3.2).</para>
/// <para>Faces without a known identity are not counted. Faces of several files are scored file by file.</para>
/// <para>With WhatIf all is scored as ever; the file at CurvePath is named and not written.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticFace -Protocol smoke -Destination faces | Invoke-FaceClustering -Threshold 0.6 | Measure-FaceClustering</code>
/// <para>Scores a clustering of generated faces, whose identities are known.</para>
/// </example>
/// <example>
/// <code>Measure-FaceClustering -DendrogramPath z.npy -IdentityPath labels.txt -Recall 0.8, 0.9</code>
/// <para>Scores the best of all cuts of a tree that Invoke-FaceClustering -DendrogramPath wrote, and two more.</para>
/// </example>
/// <seealso cref="InvokeFaceClusteringCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "FaceClustering", DefaultParameterSetName = FacesSet, SupportsShouldProcess = true)]
[OutputType(typeof(FaceClusteringScore))]
public sealed class MeasureFaceClusteringCommand : EngineCmdlet
{
    private const string FacesSet = "Faces";
    private const string DendrogramSet = "Dendrogram";

    private readonly WrittenTargets _written = new();
    private int _faces;
    private readonly OrderedDictionary<string, (List<int> Clusters, List<string?> Identities)> _sources = [];

    /// <summary>The cluster of a face.</summary>
    [Parameter(ParameterSetName = FacesSet, ValueFromPipelineByPropertyName = true)]
    public int? Cluster { get; set; }

    /// <summary>The known identity of a face; faces without one are not counted.</summary>
    [Parameter(ParameterSetName = FacesSet, ValueFromPipelineByPropertyName = true)]
    [Alias("Label", "Subject")]
    [AllowNull]
    [AllowEmptyString]
    public string? Identity { get; set; }

    /// <summary>Where a face comes from; the faces of each source are scored by themselves.</summary>
    [Parameter(ParameterSetName = FacesSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Source { get; set; }

    /// <summary>
    /// A clustered face, whose properties the others are taken from, or the file of a tree; a cluster of -Summary is refused.
    /// </summary>
    [Parameter(ParameterSetName = FacesSet, ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// A tree of merges in an npy file, in the layout of SciPy's linkage matrix Z. A string or a file of the pipeline is one,
    /// too.
    /// </summary>
    [Parameter(ParameterSetName = DendrogramSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string DendrogramPath { get; set; } = "";

    /// <summary>A file with one known identity a line, in the order of the faces.</summary>
    [Parameter(ParameterSetName = DendrogramSet, Mandatory = true)]
    [Parameter(ParameterSetName = FacesSet)]
    [ValidateNotNullOrEmpty]
    public string? IdentityPath { get; set; }

    /// <summary>BCubed recalls at which the best precision of a tree is wanted.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double[] Recall { get; set; } = [];

    /// <summary>Writes threshold, clusters, precision, recall and F of every cut of a tree to this CSV file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CurvePath { get; set; }

    /// <summary>Replaces an existing file at CurvePath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the target, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        if (CurvePath is not null) CurvePath = Require(() => CheckTarget(CurvePath, Force));
    }

    /// <summary>Gathers faces.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == DendrogramSet)
        {
            Guard(() => MeasureTree(DendrogramPath));
            return;
        }

        // What is piped and is a file is a tree: it has no cluster.
        if (Cluster is not { } cluster)
        {
            var file = InputObject is { } item ? PathResolver.Of(item) ?? item.Properties["PSPath"]?.Value as string : null;
            if (file is not null) Guard(() => MeasureTree(file));
            else Guard(() => throw NoCluster(_faces));
            _faces++;
            return;
        }

        _faces++;
        if (InputObject?.Properties[nameof(FaceCluster.MedoidIndex)] is not null) Require<object>(() => throw NoFace());
        var source = Source ?? "";
        if (!_sources.TryGetValue(source, out var faces)) _sources.Add(source, faces = ([], []));
        faces.Clusters.Add(cluster);
        faces.Identities.Add(Identity);
        (Cluster, Identity, Source) = (null, null, null);
    }

    /// <summary>Scores.</summary>
    protected override void EndProcessing()
    {
        foreach (var (source, faces) in _sources) Guard(() => MeasureFaces(source, faces.Clusters, faces.Identities));
    }

    // Its identity is that of most of its faces: scored as a face, every cluster would be right.
    private static InputException NoFace() => new(
        "ClusterNotFace", FaultKind.InvalidArgument,
        "Faces are scored, and this is a cluster: call Invoke-FaceClustering without -Summary.");

    private void MeasureFaces(string source, List<int> clusters, List<string?> given)
    {
        IReadOnlyList<string?> identities = IdentityPath is null ? given : ReadIdentities(clusters.Count);
        var score = ClusteringScore.Measure([.. clusters], IdentityLabels.From(identities));
        WriteObject(Record("given", null, score) with { Source = source.Length == 0 ? null : source });
    }

    private static InputException NoCluster(int index) => new(
        "ClusterMissing", FaultKind.InvalidData,
        $"Object {index} of the pipeline is neither a clustered face, which has a Cluster, nor the file of a tree.", index);

    private void MeasureTree(string path)
    {
        if (IdentityPath is null)
        {
            throw new InputException(
                DataErrorIds.IdentityMissing, FaultKind.InvalidArgument,
                $"The tree of '{path}' is scored by the identities of its faces: give -IdentityPath.", path);
        }

        var file = PathResolver.Files(this, path, literal: true)[0];
        _written.RequireFree([CurvePath], file);
        var tree = Compute(context => LinkageMatrixFile.Read(file, context));
        var identities = IdentityLabels.From(ReadIdentities(tree.Count));
        var curve = Compute(context => OracleSweep.Run(tree, identities, context));
        WriteObject(Record("oracle", curve.Best, Score(tree, identities, curve.Best)));
        foreach (var recall in Recall)
        {
            var point = string.Create(CultureInfo.InvariantCulture, $"recall {recall:0.00##}");
            if (curve.AtRecall(recall) is { } cut) WriteObject(Record(point, cut, Score(tree, identities, cut)));
        }

        if (CurvePath is not null) WriteCurve(curve);
        _written.Add([CurvePath], file);
    }

    private string[] ReadIdentities(int count) =>
        Compute(context => IdentityFile.Read(ResolveTarget(IdentityPath!), count, context));

    private void WriteCurve(OracleCurve curve)
    {
        if (ShouldProcess(CurvePath!, "Write the curve of all cuts")) OracleCurveFile.Write(curve, CurvePath!, Force);
    }

    private static ClusteringScore Score(Dendrogram tree, int[] identities, CutScore cut) =>
        ClusteringScore.Measure(tree.CutAfter(cut.Merges), identities);

    private static FaceClusteringScore Record(string point, CutScore? cut, ClusteringScore score) => new()
    {
        OperatingPoint = point,
        Threshold = cut is { Merges: > 0 } ? cut.Value.Threshold : null,
        Clusters = cut?.Clusters ?? score.Clusters,
        Identities = score.Identities,
        Count = score.Count,
        BCubedPrecision = score.BCubedPrecision,
        BCubedRecall = score.BCubedRecall,
        BCubedF = score.BCubedF,
        PairwisePrecision = score.PairwisePrecision,
        PairwiseRecall = score.PairwiseRecall,
        PairwiseF = score.PairwiseF,
        Nmi = score.Nmi,
    };
}
