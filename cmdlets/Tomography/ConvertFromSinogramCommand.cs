using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Reconstructs sinograms by filtered backprojection: writes NAME.fbp.npy, in HU unless Unit says attenuation, or
/// NAME.fbp.png.
/// </summary>
/// <remarks>
/// <para>A sinogram is an npy file of views x bins, line integrals without unit, with its geometry in NAME.json beside
/// it, unless Geometry names one.</para>
/// <para>Fans are rebinned to parallel rays first (4.8), or weighted and backprojected directly. Literal is the filter of
/// (4.9) as it is printed, which is wrong at low frequencies; the others begin with the band-limited ramp.</para>
/// <para>A body that is wider than the detector sees is cut in the projections: the image is too bright, most at the edge of
/// the field of view, and a warning says so. Extrapolate continues the views.</para>
/// </remarks>
/// <example>
/// <code>ConvertFrom-Sinogram scan.npy -Geometry syndeeplesion -Destination images</code>
/// <para>Reconstructs a sinogram of a named geometry.</para>
/// </example>
/// <example>
/// <code>New-SyntheticScan -Size 128 -Destination scans | ConvertTo-Sinogram -Destination sinograms | ConvertFrom-Sinogram -Filter Hamming -Format Png -Destination images</code>
/// <para>There and back.</para>
/// </example>
/// <example>
/// <code>ConvertFrom-Sinogram scan.npy -Geometry syndeeplesion -Extrapolate -Destination images</code>
/// <para>Continues views that end within the body; others are reconstructed as ever.</para>
/// </example>
/// <seealso cref="ConvertToSinogramCommand"/>
[Cmdlet(VerbsData.ConvertFrom, "Sinogram", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(ReconstructedSlice))]
public sealed class ConvertFromSinogramCommand : SliceCmdlet
{
    private const string SinogramSuffix = ".sinogram";

    private ScanGeometry? _geometry;
    private ScanLoader? _loader;
    private ReconstructionOptions _options = new();

    /// <summary>The name of a geometry, or a geometry's JSON file, for sinograms that have none beside them.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GeometryCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Geometry { get; set; }

    /// <summary>The filter: RamLak, Literal, SheppLogan, Cosine, Hamming or Hann.</summary>
    [Parameter]
    [ValidateSet("RamLak", "Literal", "SheppLogan", "Cosine", "Hamming", "Hann")]
    public string Filter { get; set; } = "RamLak";

    /// <summary>Backprojects the fan directly, without rebinning.</summary>
    [Parameter]
    public SwitchParameter Direct { get; set; }

    /// <summary>
    /// Continues views that end within the body beyond the detector, by the cylinder of water that has the view's value and
    /// slope there (Hsieh et al. 2004), made to hold the mass that whole views have. Not with Direct.
    /// </summary>
    [Parameter]
    public SwitchParameter Extrapolate { get; set; }

    /// <summary>The format: Npy or Png (value = HU + 32768).</summary>
    [Parameter]
    [ValidateSet("Npy", "Png")]
    public string Format { get; set; } = "Npy";

    /// <inheritdoc/>
    internal override string[] PathProperties => ["SinogramPath"];

    /// <summary>Finds the geometry.</summary>
    protected override void BeginProcessing()
    {
        if (Geometry is not null) _geometry = Require(() => ScanGeometryFile.Find(Geometry, ResolveTarget));
        if (Extrapolate && Direct)
        {
            Require<object>(() => throw new InputException(
                "ParametersClash", FaultKind.InvalidArgument, "-Extrapolate continues parallel rays; leave -Direct out.",
                "Direct"));
        }

        _options = new ReconstructionOptions
        {
            Extrapolate = Extrapolate,
            Filter = Enum.Parse<RampFilterKind>(Filter, ignoreCase: true),
            Fan = Direct ? FanReconstruction.Direct : FanReconstruction.Rebinned,
        };
    }

    /// <inheritdoc/>
    internal override IReadOnlyList<PipelineSlice> InFolder(string folder) =>
        [.. SliceFolder.FindSinograms(folder).Select(path => new PipelineSlice(path))];

    /// <inheritdoc/>
    internal override void ProcessFile(PipelineSlice file)
    {
        var name = CtFile.NameOf(file.Path);
        if (name.EndsWith(SinogramSuffix, StringComparison.OrdinalIgnoreCase)) name = name[..^SinogramSuffix.Length];
        var format = Enum.Parse<CtFormat>(Format, ignoreCase: true);
        var target = Target(name + ".fbp" + CtFile.ExtensionOf(format));
        Make(target, $"'{file.Path}'", () => Reconstruct(file.Path, name, target, format));
    }

    private void Reconstruct(string path, string name, string target, CtFormat format)
    {
        if (!ShouldProcess(target, $"Reconstruct '{path}'")) return;
        RequireFree(target);
        ShowSlice(name);
        var (image, truncation) = Compute(work =>
        {
            var sinogram = SinogramFile.Read(path, _geometry);
            _loader ??= new ScanLoader(GeometryChoice.Of(sinogram.Geometry), _options);
            var result = _loader.Reconstruct(sinogram, $"'{path}'", work);
            Write(target, result, format);
            return (result, DetectorTruncation.Of(sinogram));
        });
        WriteObject(new ReconstructedSlice
        {
            Name = name,
            SinogramPath = path,
            ImagePath = target,
            Filter = _options.Filter.ToString(),
            TruncatedViews = truncation.Views,
            Rows = image.Rows,
            Columns = image.Columns,
        });
    }

    private void Write(string target, SliceImage image, CtFormat format)
    {
        var inAttenuation = format == CtFormat.Npy && PixelUnit == PixelUnit.Attenuation;
        CtFile.Write(
            target, inAttenuation ? image.Values : SliceConversion.ToHounsfield(image), image.Rows, image.Columns, format,
            Force);
    }
}
