using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Groups deep face features by person. Features come from files (npy, npz, csv, parquet) or as objects of the
/// pipeline; each file is clustered by itself, the objects of a pipeline together. The features are scaled to unit
/// length first.
/// </summary>
/// <remarks>
/// <para>The methods are those of chapters 2 and 3 of W.-A. Lin, "Deep learning with constraints and priors" (2020):
/// average linkage on cosine similarity (AHC), on the Proximity-Aware similarity (PAHC), on the density similarity (DDC)
/// and with negative set mining (DDC-NEG), approximate rank order (ARO), conditional pairwise clustering (ConPaC), DBSCAN, affinity propagation, k-means and SSC-OMP,
/// and HDBSCAN, Chinese whispers and FC-ES beside them. The defaults of the parameters are the dissertation's or the
/// authors'. Epsilon and Eta, which each network has its own of, are read off the set where they are
/// not given; Measure-FacePair finds them from faces whose identities are known.</para>
/// <para>A linkage method builds the whole tree of merges and cuts it where Threshold, ClusterCount, Calibration, Auto or
/// Oracle say. When nothing is said, the cut is the one that a likelihood of people and their faces makes best, by what the
/// set itself tells of the distances of strangers; docs/faces.md has the formula, its figures and its limits. It wants some
/// dozens of faces of several people, and a warning says so where the set cannot tell; a Calibration, made of labelled faces
/// of the same features, can. Every record of Summary says the threshold, the rule and the wrong merges to be expected.
/// Threshold is a linkage distance: 1 - s for cosine, DDC, DDC-NEG and raw PAHC; of AHC and ARO it lies from 0 to 2, and 0
/// joins exact copies.</para>
/// <para>With WhatIf the faces are clustered and the records come out as ever; the files at DendrogramPath, CurvePath and PlotPath
/// are named and not written.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticFace -Protocol smoke -Destination faces | Invoke-FaceClustering -Method AHC -Summary</code>
/// <para>Clusters generated faces and lists the clusters, the largest first.</para>
/// </example>
/// <example>
/// <code>Invoke-FaceClustering features.npy -IdentityPath labels.txt -Method DDC-NEG -Epsilon 0.4 -Eta 0.6 -Oracle | Measure-FaceClustering</code>
/// <para>Clusters labelled features by DDC-NEG at the best cut and measures the result.</para>
/// </example>
/// <example>
/// <code>Measure-FacePair features.npy -IdentityPath labels.txt -CalibrationPath model.json -Force | Out-Null; Invoke-FaceClustering features.npy -Calibration model.json -Summary | Sort-Object Review -Descending</code>
/// <para>Keeps what labelled faces tell of their features, clusters faces by it and lists the clusters to look at first.</para>
/// </example>
/// <example>
/// <code>Invoke-FaceClustering features.npy -PlotPath cut.png -CurvePath cut.csv -Summary | Where-Object Review | Select-Object -First 5</code>
/// <para>Clusters faces, draws clusters and wrong merges to be expected against the threshold, and lists the largest
/// clusters that want a look.</para>
/// </example>
/// <example>
/// <code>Invoke-FaceClustering features.npy -Threshold 0.6 | Where-Object Outlier</code>
/// <para>Lists the faces that belong to nobody.</para>
/// </example>
/// <seealso cref="MeasureFaceClusteringCommand"/>
/// <seealso cref="MeasureFacePairCommand"/>
/// <seealso cref="NewSyntheticFaceCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "FaceClustering", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(ClusteredFace), typeof(FaceCluster))]
public sealed class InvokeFaceClusteringCommand : FaceInputCmdlet
{
    private FaceClusteringOptions _options = new();

    /// <summary>
    /// The method: AHC, PAHC, DDC, DDC-NEG, ARO, DBSCAN, HDBSCAN, ChineseWhispers, ConPaC, AffinityPropagation, FC-ES,
    /// KMeans or SSC-OMP.
    /// </summary>
    [Parameter]
    [ValidateSet(
        "AHC", "PAHC", "DDC", "DDC-NEG", "ARO", "DBSCAN", "HDBSCAN", "ChineseWhispers", "ConPaC", "AffinityPropagation",
        "FC-ES", "KMeans", "SSC-OMP")]
    public string Method { get; set; } = "AHC";

    /// <summary>The linkage distance up to which clusters are merged; for ARO's transitive form, the rank distance.</summary>
    [Parameter]
    public double? Threshold { get; set; }

    /// <summary>The number of clusters; k of k-means and SSC-OMP.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? ClusterCount { get; set; }

    /// <summary>
    /// What is known of these features from labelled faces of other people: a file that Measure-FacePair -CalibrationPath
    /// wrote, or the name of features that the module knows. With it one person is told from many strangers.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(CalibrationCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Calibration { get; set; }

    /// <summary>Cuts at the kink of the curve of cluster counts (section 3.5.4).</summary>
    [Parameter]
    public SwitchParameter Auto { get; set; }

    /// <summary>
    /// Cuts where the known identities make BCubed F largest, or gives k-means and SSC-OMP the true number of identities: how the
    /// dissertation's tables are made, and no way to cluster unknown faces.
    /// </summary>
    [Parameter]
    public SwitchParameter Oracle { get; set; }

    /// <summary>
    /// K of PAHC, the positive neighbours, the face itself included (section 2.4.3): 5 unless given, fewer for fewer than
    /// ten faces.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? NeighbourCount { get; set; }

    /// <summary>
    /// K' of PAHC: negatives are the neighbours from this rank on. It must exceed the largest identity, and the set must
    /// have so many faces. Unless given it is 200, and half of the faces where they are fewer than 400.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? NegativeOffset { get; set; }

    /// <summary>The number of negatives: for PAHC all unless given, for DDC-NEG 100 unless given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? NegativeCount { get; set; }

    /// <summary>
    /// Chooses PAHC's positives and negatives by distance, as for IJB-B (section 2.5.4): half of the faces within a cosine
    /// distance of .2, and 100 beyond .25.
    /// </summary>
    [Parameter]
    public SwitchParameter ByDistance { get; set; }

    /// <summary>How PAHC's similarity becomes a distance: OneMinus (1 - s), Arctan (2.6) or Exponential (exp(-s)).</summary>
    [Parameter]
    [ValidateSet("OneMinus", "Arctan", "Exponential")]
    public string Transform { get; set; } = "OneMinus";

    /// <summary>C, the cost of PAHC (2.7) and of DDC-NEG (3.15).</summary>
    [Parameter]
    [ValidateRange(1e-6, 1e6)]
    public double Penalty { get; set; } = 10;

    /// <summary>
    /// The radius, in cosine distance, of the neighbourhoods of DDC, DDC-NEG and DBSCAN (3.2), and of ChineseWhispers'
    /// edges; of ConPaC the distance at which a pair is as likely of one person as of two. Unless given it is .23 for DBSCAN,
    /// ChineseWhispers and ConPaC, and for the others the mode of the distances within people, of the Calibration or of the clusters that AHC
    /// finds in the set, at most .23.
    /// </summary>
    [Parameter]
    [ValidateRange(0.0, 2.0)]
    public double? Epsilon { get; set; }

    /// <summary>
    /// The cosine distance beyond which DDC-NEG takes its negatives (section 3.4.5). Unless given it is that of least Bayes
    /// risk, of the Calibration or of the clusters that AHC finds in the set; .40, the dissertation's for its features, where
    /// these are fewer than ten.
    /// </summary>
    [Parameter]
    [ValidateRange(0.0, 2.0)]
    public double? Eta { get; set; }

    /// <summary>
    /// nu of DDC (3.3), and of DDC-NEG for a face without negatives: about this share of a neighbourhood lies on or outside
    /// its sphere.
    /// </summary>
    [Parameter]
    [ValidateRange(1e-6, 1.0)]
    public double Nu { get; set; } = 0.5;

    /// <summary>
    /// The faces, itself included, that a core face of DBSCAN has within Epsilon: 2 unless given. HDBSCAN's core distance is
    /// that to the last of so many: MinimumClusterSize unless given.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MinimumPoints { get; set; }

    /// <summary>The least number of faces that make a cluster of HDBSCAN; fewer are noise.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int MinimumClusterSize { get; set; } = HdbscanOptions.DefaultMinimumClusterSize;

    /// <summary>
    /// The share of the old messages in AffinityPropagation's new ones, from .5 to below 1; more of it ends oscillations.
    /// </summary>
    [Parameter]
    [ValidateRange(0.5, 0.999999)]
    public double Damping { get; set; } = AffinityPropagationOptions.DefaultDamping;

    /// <summary>
    /// How much each face wants to be an exemplar of AffinityPropagation, as a cosine similarity; less gives fewer clusters.
    /// Unless given it is the median of the similarities of all pairs.
    /// </summary>
    [Parameter]
    public double? Preference { get; set; }

    /// <summary>
    /// The most iterations of AffinityPropagation (200 unless given), ChineseWhispers (20 passes), ConPaC (50 passes) and
    /// KMeans (100).
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaximumIterations { get; set; }

    /// <summary>
    /// The length of ARO's neighbour lists: 1.5 times the root of the number of faces unless given, and 200 at most. Lists
    /// that hold all faces tell nothing and are refused. FC-ES's and ConPaC's are of 80 unless given, the face
    /// itself included.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? RankCount { get; set; }

    /// <summary>
    /// The probability of a link below which a face of FC-ES stops linking; more of it gives more clusters.
    /// </summary>
    [Parameter]
    [ValidateRange(1e-6, 1.0)]
    public double EdgeProbability { get; set; } = EarlyStoppingOptions.DefaultEdgeProbability;

    /// <summary>
    /// The neighbour lists of FC-ES, as learn-to-cluster's knns have them: an npz or npy of one array of N x 2 x K, the
    /// neighbours and their cosine distances. Unless given they are searched, exactly.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NeighbourPath { get; set; }

    /// <summary>The most faces that express another in SSC-OMP.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Sparsity { get; set; } = SubspaceOptions.DefaultSparsity;

    /// <summary>Merges once and transitively, as the authors of ARO do, in place of average linkage.</summary>
    [Parameter]
    public SwitchParameter Transitive { get; set; }

    /// <summary>The seed of the draws: of k-means' and SSC-OMP's first centres, of the orders of ChineseWhispers and FC-ES.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Emits clusters instead of faces.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <summary>
    /// Writes the whole tree of merges to this npy file, in the layout of SciPy's linkage matrix Z. SciPy takes no height
    /// below 0: where a learned similarity (PAHC, DDC, DDC-NEG) exceeds 1, all heights of the file are raised by as much as
    /// the least needs, and a warning says by how much.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DendrogramPath { get; set; }

    /// <summary>
    /// Writes what each threshold gives to this CSV file: threshold, clusters, kink (that Auto finds), singletons, and the
    /// wrong merges to be expected.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CurvePath { get; set; }

    /// <summary>
    /// Draws that curve, with the cut, as a png or svg file: where else one could cut, and what it would cost.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PlotPath { get; set; }

    /// <summary>Replaces existing files at DendrogramPath, CurvePath and PlotPath.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        var calibration = Calibration is null
            ? null
            : Require(() => FaceCalibrationFile.Find(Calibration, ResolveTarget));
        _options = Require(() => FaceClusteringParameters.ToOptions(this, calibration));
        WriteVerbose(FaceClusteringParameters.Describe(this));
        foreach (var name in FaceClusteringParameters.Unused(Method, MyInvocation.BoundParameters.Keys))
        {
            WriteWarning($"{Method} has no use for -{name}.");
        }

        if (DendrogramPath is not null) DendrogramPath = Require(() => LinkageMatrixFile.CheckPath(CheckTarget(DendrogramPath, Force)));
        if (CurvePath is not null) CurvePath = Require(() => CheckTarget(CurvePath, Force));
        if (PlotPath is not null) PlotPath = Require(() => ChartFile.CheckPath(CheckTarget(PlotPath, Force)));
        Require(RequireDifferentTargets);
    }

    /// <inheritdoc/>
    protected override IEnumerable<string?> Targets => [DendrogramPath, CurvePath, PlotPath];

    /// <inheritdoc/>
    protected override void Process(FeatureSet faces)
    {
        var options = Oracle ? FaceClusteringParameters.WithOracle(_options, faces) : _options;
        if (NeighbourPath is not null && options.Method == ClusteringMethod.FcEs)
        {
            var lists = Compute(context => NeighbourFile.Read(ResolveTarget(NeighbourPath), faces.Features.Count, context));
            options = options with { EarlyStopping = options.EarlyStopping with { Lists = lists } };
        }

        if (!Summary && string.Join(", ", FaceClusteringRecords.Hidden(faces)) is { Length: > 0 } hidden)
        {
            WriteWarning($"The records do not have the input's {hidden}: these names are taken.");
        }

        // The features were read for this alone.
        var unit = Compute(_ => faces.Features.NormalizeInPlace());
        var result = Compute(context => FaceClusterer.Cluster(unit, options, context));
        var reviews = Summary ? Compute(context => ClusterReview.Reasons(result, unit, context)) : [];
        try
        {
            Write(result, faces.Source);
        }
        finally
        {
            // A file that cannot be written takes no clustering with it.
            var emitted = Summary
                ? (IEnumerable<object>)FaceClusteringRecords.Clusters(faces, result, reviews)
                : FaceClusteringRecords.Faces(faces, result);
            WriteObject(emitted, enumerateCollection: true);
        }
    }

    private void Write(FaceClusteringResult result, string source)
    {
        if (result.Tree is not { } tree)
        {
            foreach (var target in Targets.OfType<string>()) WriteWarning($"{Method} has no tree: '{target}' is not written.");
            return;
        }

        if (DendrogramPath is not null && ShouldProcess(DendrogramPath, "Write the tree of merges"))
        {
            LinkageMatrixFile.Write(tree, DendrogramPath, Force);
            var raise = LinkageMatrix.Raise(tree);
            if (raise > 0)
            {
                WriteWarning(FormattableString.Invariant(
                    $"The heights in '{DendrogramPath}' are raised by {raise:R}, so that none is below 0, which SciPy refuses; ")
                    + "-Threshold is without it.");
            }
        }

        if (CurvePath is not null && ShouldProcess(CurvePath, "Write the curve of cluster counts"))
        {
            KinkCurveFile.Write(tree, result.Expected, CurvePath, Force);
        }

        if (PlotPath is not null && ShouldProcess(PlotPath, "Draw the curve of cluster counts"))
        {
            CutCurvePlot.Write(result, $"{Method} on {System.IO.Path.GetFileName(source)}", PlotPath, Force);
        }
    }
}
