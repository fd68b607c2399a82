using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Measures how near CT images are to the true ones: PSNR and SSIM, in the window of soft tissue and over the full range,
/// and the root mean square error in HU. The metal is left out.
/// </summary>
/// <remarks>
/// <para>Window: both images are clipped to -175 .. 275 HU and mapped to 0 .. 1; the metal is 0. It gives the level of
/// the dissertation's tables. Full: the same with attenuations of 0 .. 0.5 1/cm, as later papers measure. SSIM takes
/// windows of 11 x 11 pixels, Gaussian, sigma 1.5. The error in HU is over the pixels outside the metal.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticScan -Size 128 -Destination scans | New-MetalArtifact -Count 5 -Geometry reduced-128 -Destination metal | Invoke-MetalArtifactReduction -Method None, LI, NMAR -Destination reduced | Measure-ImageQuality -ByGroup</code>
/// <para>Averages by method and size of the metal.</para>
/// </example>
/// <example>
/// <code>Measure-ImageQuality reduced.npy truth.npy -MaskPath mask.png</code>
/// <para>Measures one image.</para>
/// </example>
/// <seealso cref="InvokeMetalArtifactReductionCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "ImageQuality")]
[OutputType(typeof(ImageQualityScore))]
public sealed class MeasureImageQualityCommand : EngineCmdlet
{
    private readonly List<ImageQualityScore> _scores = [];

    /// <summary>The image.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string ImagePath { get; set; } = "";

    /// <summary>The true image, of the same size.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("ReferencePath")]
    [ValidateNotNullOrEmpty]
    public string TruthPath { get; set; } = "";

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

    /// <summary>What the values of npy images are: Hounsfield units, or attenuation at 70 keV in 1/cm.</summary>
    [Parameter]
    [ValidateSet("Hounsfield", "Attenuation")]
    public string Unit { get; set; } = "Hounsfield";

    /// <summary>
    /// Emits averages by method and group, and of each method over all images (group all), in place of the images.
    /// </summary>
    [Parameter]
    public SwitchParameter ByGroup { get; set; }

    /// <summary>Measures an image.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        var score = Compute(Measure);
        if (ByGroup) _scores.Add(score);
        else WriteObject(score);
    });

    /// <summary>Emits the averages.</summary>
    protected override void EndProcessing()
    {
        foreach (var method in _scores.GroupBy(score => score.Method))
        {
            var groups = method.GroupBy(score => score.Group).ToDictionary(group => group.Key, group => group.ToArray());
            foreach (var name in MetalSizeGroups.Names.Concat(groups.Keys).Distinct().Where(groups.ContainsKey))
            {
                WriteObject(Average(method.Key, name, groups[name]));
            }

            WriteObject(Average(method.Key, "all", [.. method]));
        }
    }

    private ImageQualityScore Measure(WorkContext work)
    {
        var unit = Enum.Parse<PixelUnit>(Unit, ignoreCase: true);
        var path = ResolveTarget(ImagePath);
        var image = CtFile.ReadSingle(path, work);
        var truth = CtFile.ReadAt(ResolveTarget(TruthPath), SourceIndex, work);
        var metal = string.IsNullOrEmpty(MaskPath)
            ? null
            : SliceConversion.ToMask(MaskFile.ReadAt(ResolveTarget(MaskPath), SourceIndex), image);
        var quality = ImageQuality.Measure(
            SliceConversion.ToImage(image, unit, work), SliceConversion.ToImage(truth, unit, work), metal);
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
        };
    }

    private static ImageQualityScore Average(string method, string group, ImageQualityScore[] scores) => new()
    {
        Name = "",
        Method = method,
        Group = group,
        MetalPixels = (int)Math.Round(scores.Average(score => score.MetalPixels)),
        Count = scores.Length,
        PsnrWindow = scores.Average(score => score.PsnrWindow),
        SsimWindow = scores.Average(score => score.SsimWindow),
        PsnrFull = scores.Average(score => score.PsnrFull),
        SsimFull = scores.Average(score => score.SsimFull),
        RmseHu = scores.Average(score => score.RmseHu),
        ImagePath = "",
    };
}
