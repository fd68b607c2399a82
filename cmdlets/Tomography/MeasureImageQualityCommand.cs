using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Measures how near CT images are to the true ones: PSNR and SSIM, in the window of soft tissue and over the full range,
/// and the root mean square error in HU. The metal is left out. Without a truth, by what the image was made from: streaks
/// near the metal, and noise, edges, tissues and rays that should have stayed.
/// </summary>
/// <remarks>
/// <para>Window: both images are clipped to -175 .. 275 HU and mapped to 0 .. 1; the metal is 0. It gives the level of
/// the dissertation's tables. Full: the same with attenuations of 0 .. 0.5 1/cm, as later papers measure. SSIM takes
/// windows of 11 x 11 pixels, Gaussian, sigma 1.5. The error in HU is over the pixels outside the metal, nothing
/// clipped.</para>
/// <para>Without TruthPath, the truth is NAME.truth.npy and the metal NAME.mask.png, as New-MetalArtifact writes them,
/// beside the image NAME, beside the image that NAME.METHOD was reduced from, or beside SourcePath.</para>
/// <para>Where there is no truth, or with NoTruth, SourcePath is what the image is compared with, and the records are of
/// another kind. StreakHu: 5 % tails of the differences from the mean nearby, in soft tissue 3 to 60 pixels from the metal,
/// 5 pixels and more from lung, air and bone, which both images have alike. Farther from the metal: TissueSpreadHu, the same
/// figure, which noise, fat and muscle have without streaks (where StreakHu is no larger, it tells of none), NoiseHu
/// (Immerkaer 1996) and NoiseRatio, EdgeRatio (the share of the source's strongest tenth of gradients that is kept), the
/// mean change of lung, fat, soft tissue and bone in HU. Residual: the root mean square, over the rays that miss the metal,
/// of the difference of both images' projections in Geometry, without unit. Pixels are those of a 512 image. A figure that
/// nothing can be measured for is empty.</para>
/// <para>With Aapm: the eight scores of the AAPM CT-MAR challenge (2025, doi 10.1002/mp.70050), 0 for the truth, 2 for what
/// NMAR reaches on the same source, 4 for the worst. The challenge draws its regions by hand; here a rule finds them, which
/// docs/tomography.md states with every formula. NMAR is computed of SourcePath, of the sinogram beside it where there is
/// one. Compare-ImageQuality tests two methods on the same images.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticScan -Size 128 -Destination scans | New-MetalArtifact -Count 5 -Geometry reduced-128 -Destination metal | Invoke-MetalArtifactReduction -Method None, LI, NMAR -Destination reduced | Measure-ImageQuality -ByGroup</code>
/// <para>Averages by method and size of the metal.</para>
/// </example>
/// <example>
/// <code>Measure-ImageQuality reduced.npy truth.npy -MaskPath mask.png</code>
/// <para>Measures one image.</para>
/// </example>
/// <example>
/// <code>Measure-ImageQuality metal/*.npy</code>
/// <para>What the metal did to each case that New-MetalArtifact wrote.</para>
/// </example>
/// <example>
/// <code>New-SyntheticScan -Size 128 -Destination scans | New-MetalArtifact -Geometry reduced-128 -Destination metal | Invoke-MetalArtifactReduction -Method LI, NMAR -Destination reduced | Measure-ImageQuality -NoTruth -Geometry reduced-128</code>
/// <para>What can be said of reduced images where nobody knows the truth.</para>
/// </example>
/// <example>
/// <code>New-SyntheticScan -Size 128 -Destination scans | New-MetalArtifact -Geometry reduced-128 -Destination metal | Invoke-MetalArtifactReduction -Method LI, NMAR -Destination reduced | Measure-ImageQuality -Aapm</code>
/// <para>The scores of the AAPM challenge.</para>
/// </example>
/// <seealso cref="InvokeMetalArtifactReductionCommand"/>
/// <seealso cref="CompareImageQualityCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "ImageQuality", DefaultParameterSetName = "Path")]
[OutputType(typeof(ImageQualityScore), typeof(ReferenceFreeScore), typeof(AapmScore))]
public sealed class MeasureImageQualityCommand : EngineCmdlet
{
    private readonly List<ImageQualityScore> _scores = [];
    private readonly List<ReferenceFreeScore> _freeScores = [];
    private readonly List<AapmScore> _aapmScores = [];
    private ScanLoader _loader = null!;
    private AapmCases _cases = null!;
    private bool? _isTruthKnown;

    /// <summary>The image; wildcards give several, what belongs to another image left out.</summary>
    [Parameter(
        ParameterSetName = "Path", Mandatory = true, Position = 0, ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [Alias("Path")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string ImagePath { get; set; } = "";

    /// <summary>The image, its path taken as it is written.</summary>
    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    /// <summary>The true image, of the same size; that beside the image unless given.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("ReferencePath")]
    [AllowNull]
    [AllowEmptyString]
    public string? TruthPath { get; set; }

    /// <summary>What the image was made from, beside which its truth may lie; without a truth it is compared with.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? SourcePath { get; set; }

    /// <summary>Compares the image with SourcePath, even where its truth is known.</summary>
    [Parameter]
    public SwitchParameter NoTruth { get; set; }

    /// <summary>Scores as the AAPM CT-MAR challenge does; needs the truth and the source.</summary>
    [Parameter]
    public SwitchParameter Aapm { get; set; }

    /// <summary>
    /// Without a truth, and for NMAR of Aapm where the source has no sinogram: the geometry of the rays, as for
    /// Invoke-MetalArtifactReduction.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(SliceGeometryCompleter))]
    [ValidateNotNullOrEmpty]
    public string Geometry { get; set; } = GeometryDefaults.Name;

    /// <summary>
    /// Without a truth, and with Aapm: what is above in the source, in HU, is metal where no mask is given.
    /// </summary>
    [Parameter]
    public double MetalThreshold { get; set; } = CorruptedScan.DefaultThreshold;

    /// <summary>The metal, which is not measured.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? MaskPath { get; set; }

    /// <summary>The place, from 0, of the truth and the mask in their files, where these are stacks.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    public int? SourceIndex { get; set; }

    /// <summary>The name in the record; that of the file unless given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    /// <summary>The method in the record.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Method { get; set; }

    /// <summary>The group of the metal's size in the record; by the mask unless given.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Group { get; set; }

    /// <summary>
    /// What the values of npy images are: Hounsfield units, or attenuation at 70 keV in 1/cm. Auto takes Hounsfield units,
    /// and refuses values that look like attenuation.
    /// </summary>
    [Parameter]
    [ValidateSet("Auto", "Hounsfield", "Attenuation")]
    public string Unit { get; set; } = "Auto";

    /// <summary>
    /// Emits averages by method and group, and of each method over all images (group all), in place of the images.
    /// </summary>
    [Parameter]
    public SwitchParameter ByGroup { get; set; }

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing()
    {
        if (Aapm && NoTruth) Require<object>(() => throw Clash());
        _loader = new ScanLoader(Require(() => GeometryChoice.Find(Geometry, ResolveTarget)));
        _cases = new AapmCases(_loader, Enum.Parse<PixelUnit>(Unit, ignoreCase: true));
    }

    /// <summary>Measures the images of a path.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        foreach (var path in Images()) Guard(() => Measure(path));
    });

    /// <summary>Emits the averages.</summary>
    protected override void EndProcessing()
    {
        Emit(_scores, score => (score.Method, score.Group), ImageQualityScore.Average);
        Emit(_freeScores, score => (score.Method, score.Group), ReferenceFreeScore.Average);
        Emit(_aapmScores, score => (score.Method, score.Group), AapmScore.Average);
    }

    private void Measure(string path)
    {
        var beside = Companions(path);
        RequireOneKind(path, beside.Truth is not null);
        if (beside.Truth is null) Keep(Compute(work => Compare(path, beside.Mask, work)), _freeScores);
        else if (Aapm) Keep(Compute(work => Score(path, beside.Truth, beside.Mask, work)), _aapmScores);
        else Keep(Compute(work => Measure(path, beside.Truth, beside.Mask, work)), _scores);
    }

    // Records of two kinds would share no columns.
    private void RequireOneKind(string path, bool isTruthKnown)
    {
        _isTruthKnown ??= isTruthKnown;
        if (_isTruthKnown == isTruthKnown) return;
        throw isTruthKnown
            ? new InputException(
                "TruthNotWanted", FaultKind.InvalidArgument,
                $"'{path}' has a truth and the first image had none. With -NoTruth all are measured without.", path)
            : new InputException(
                "TruthNotFound", FaultKind.NotFound,
                $"There is no truth for '{path}', and there was one for the first image. With -NoTruth all are measured without.", path);
    }

    private static InputException Clash() => new(
        "ParametersClash", FaultKind.InvalidArgument, "-Aapm compares with the truth; leave -NoTruth out.", "NoTruth");

    private void Keep<T>(T score, List<T> scores)
    {
        if (ByGroup) scores.Add(score);
        else WriteObject(score);
    }

    private void Emit<T>(
        List<T> scores, Func<T, (string Method, string Group)> keyOf, Func<string, string, T[], T> average)
    {
        foreach (var method in scores.GroupBy(score => keyOf(score).Method))
        {
            var groups = method.GroupBy(score => keyOf(score).Group).ToDictionary(group => group.Key, group => group.ToArray());
            foreach (var name in MetalSizeGroups.Names.Concat(groups.Keys).Distinct().Where(groups.ContainsKey))
            {
                WriteObject(average(method.Key, name, groups[name]));
            }

            WriteObject(average(method.Key, "all", [.. method]));
        }
    }

    // A record's path may hold what would be wildcards elsewhere.
    private IReadOnlyList<string> Images()
    {
        var literal = ParameterSetName == "LiteralPath";
        var path = literal ? LiteralPath : ImagePath;
        if (literal || File.Exists(ResolveTarget(path))) return PathResolver.Files(this, path, literal: true);
        var found = PathResolver.Files(this, path, literal: false);
        return [.. found.Where(file => !SliceFolder.IsCompanion(file))];
    }

    private ImageQualityScore Measure(string path, string truthPath, string? maskPath, WorkContext work)
    {
        var unit = Enum.Parse<PixelUnit>(Unit, ignoreCase: true);
        var image = CtFile.ReadSingle(path, work);
        var truth = CtFile.ReadAt(truthPath, SourceIndex, work);
        var metal = maskPath is null ? null : SliceConversion.ToMask(MaskFile.ReadAt(maskPath, SourceIndex), image);
        var quality = ImageQuality.Measure(
            SliceConversion.ToExact(image, unit), SliceConversion.ToExact(truth, unit), metal);
        return new ImageQualityScore
        {
            Name = Name ?? image.Name,
            Method = Method ?? "",
            Group = Group ?? (metal is null ? "" : MetalSizeGroups.Of(metal)),
            MetalPixels = metal?.PixelCount ?? 0,
            Count = 1,
            PsnrWindow = quality.PsnrWindow,
            SsimWindow = quality.SsimWindow,
            PsnrFull = quality.PsnrFull,
            SsimFull = quality.SsimFull,
            RmseHu = quality.RmseHounsfield,
            ImagePath = path,
            TruthPath = truthPath,
        };
    }

    private AapmScore Score(string path, string truthPath, string? maskPath, WorkContext work)
    {
        var unit = Enum.Parse<PixelUnit>(Unit, ignoreCase: true);
        var slice = CtFile.ReadSingle(path, work);
        var truth = SliceConversion.ToExact(CtFile.ReadAt(truthPath, SourceIndex, work), unit);
        var source = (SourceOf(path), SourceIndex);
        var scoredCase = _cases.Of(truth, truthPath, source, maskPath, new MetalDetection { Threshold = MetalThreshold }, work);
        var scores = AapmScores.Of(SliceConversion.ToExact(slice, unit), scoredCase);
        return AapmScore.Of(
            scores, (Name ?? slice.Name, Method ?? "", Group ?? MetalSizeGroups.Of(scoredCase.Metal)), scoredCase.Metal.PixelCount, path, truthPath);
    }

    // NAME.METHOD was made from NAME, and a case of New-MetalArtifact is its own source.
    private string SourceOf(string path)
    {
        if (!string.IsNullOrEmpty(SourcePath)) return ResolveTarget(SourcePath);
        if (string.IsNullOrEmpty(TruthPath)) return SliceFolder.SourceBeside(path) ?? path;
        throw new InputException(
            "SourceMissing", FaultKind.InvalidArgument, $"-Aapm scores by what NMAR makes of the image with metal: give -SourcePath of '{path}'.", path);
    }

    private ReferenceFreeScore Compare(string path, string? maskPath, WorkContext work)
    {
        var unit = Enum.Parse<PixelUnit>(Unit, ignoreCase: true);
        var sourcePath = ResolveTarget(SourcePath!);
        var slice = CtFile.ReadSingle(path, work);
        var sourceSlice = CtFile.ReadAt(sourcePath, SourceIndex, work);
        var (image, source) = (SliceConversion.ToExact(slice, unit), SliceConversion.ToExact(sourceSlice, unit));
        var metal = maskPath is null
            ? MetalMask.Above(source, MetalThreshold)
            : SliceConversion.ToMask(MaskFile.ReadAt(maskPath, SourceIndex), sourceSlice);
        var quality = ReferenceFreeQuality.Measure(image, source, metal, _loader.TomographOf(sourceSlice), work);
        return new ReferenceFreeScore
        {
            Name = Name ?? slice.Name,
            Method = Method ?? "",
            Group = Group ?? MetalSizeGroups.Of(metal),
            MetalPixels = metal.PixelCount,
            Count = 1,
            StreakHu = quality.StreakHounsfield,
            SourceStreakHu = quality.SourceStreakHounsfield,
            TissueSpreadHu = quality.TissueSpreadHounsfield,
            NoiseHu = quality.NoiseHounsfield,
            NoiseRatio = quality.NoiseRatio,
            EdgeRatio = quality.EdgeRatio,
            LungDriftHu = quality.Drift.Lung,
            FatDriftHu = quality.Drift.Fat,
            SoftTissueDriftHu = quality.Drift.SoftTissue,
            BoneDriftHu = quality.Drift.Bone,
            Residual = quality.Residual,
            ImagePath = path,
            SourcePath = sourcePath,
        };
    }

    // What is given; else what lies beside what the image was made from, or beside the image. Without a truth there must be
    // a source.
    private (string? Truth, string? Mask) Companions(string image)
    {
        var places = string.IsNullOrEmpty(SourcePath) ? [image] : new[] { ResolveTarget(SourcePath), image };
        var found = places.Select(SliceFolder.BesideOf).ToArray();
        var truth = string.IsNullOrEmpty(TruthPath)
            ? found.Select(beside => beside.TruthPath).FirstOrDefault(path => path is not null)
            : ResolveTarget(TruthPath);
        var mask = string.IsNullOrEmpty(MaskPath)
            ? found.Select(beside => beside.MaskPath).FirstOrDefault(path => path is not null)
            : ResolveTarget(MaskPath);
        if (NoTruth) truth = null;
        if (truth is not null || (!Aapm && !string.IsNullOrEmpty(SourcePath))) return (truth, mask);
        throw NoTruth
            ? new InputException(
                "SourceMissing", FaultKind.InvalidArgument, $"Without its truth '{image}' needs -SourcePath, which it was made from.", image)
            : new InputException(
                "TruthNotFound", FaultKind.NotFound,
                $"There is no truth for '{image}': no NAME.truth.npy lies beside "
                + $"{string.Join(" or ", places.Select(place => $"'{place}'"))}. Give -TruthPath, or -SourcePath for figures "
                + "without truth.",
                image);
    }
}
