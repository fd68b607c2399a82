using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Reduces metal artifacts in CT slices: files, folders, series, or what New-MetalArtifact emits. Writes for each slice
/// and method the image, its difference from the input in HU, and a record of how it was made.
/// </summary>
/// <remarks>
/// <para>LI interpolates each view over the metal trace. NMAR does so after dividing by the projection of a prior of air,
/// water and bone, and FSNMAR gives it back the edges near the metal (Meyer 2012). TV reconstructs from the rays outside the
/// trace, with total variation (4.5). None gives the image back. Without a sinogram, the metal is what is above
/// MetalThreshold, or MaskPath, and the image is projected in Geometry (section 4.5.2); the geometry's field of view is laid
/// over the image, whatever its size. Finer geometries keep more detail and take longer. In a folder, a slice NAME goes with
/// NAME.mask.png, NAME.sinogram.npy and .json, NAME.trace.npy and NAME.truth.npy, as New-MetalArtifact writes them, and what
/// was reduced into the folder is left out.</para>
/// <para>An image without a sinogram is corrected: the output is the input and what the method changes of it, so that
/// nothing changes far from the metal; in heavy streaks it is the method's own image, which FullReconstruction makes it
/// everywhere. Padding outside the field of view stays as it is, and nothing else does: a dark band between two metals is
/// reduced. An output outside -1300 .. 8000 HU where the input is not is an error and no file.</para>
/// <para>The metal is put back unless LeaveMetalOut is given. An image without metal comes back as it is. A warning says
/// when metal is a large share of the body, and at the end when a folder had none at all; metal that is more than a quarter
/// of the body is an error and no file, unless Force is given. Slices are npy
/// (npy.gz, stacks), 16-bit greyscale PNG (value - 32768 = HU) or DICOM CT images (uncompressed, deflated, RLE, lossless
/// JPEG); the output has the format of the input unless Format says another. DICOM keeps every element that is still true,
/// and is marked as derived. The slices of a DICOM series are taken from one end to the other, and gaps are said; where a
/// folder holds several series, each is written into a folder of its own. Localizers and planes that are not the gantry's
/// are refused.</para>
/// <para>Existing files are not replaced without Force. With Resume, slices that are complete are left as they are, and
/// the others are made: after a kill, the same command goes on where it stopped. A slice that was made with other settings,
/// or whose source has changed since, is an error.</para>
/// </remarks>
/// <example>
/// <code>Invoke-MetalArtifactReduction series/ -Method NMAR -Destination reduced -Resume</code>
/// <para>Reduces a folder of slices, and goes on where it was stopped.</para>
/// </example>
/// <example>
/// <code>Invoke-MetalArtifactReduction series/ -VolumeMask -MinimumMetalPixels 10 -MetalMargin 1 -Destination reduced | Export-ReductionReport -Destination report</code>
/// <para>One mask for the volume of a series: wires that cross the slices stay, specks of noise go.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem series/*.dcm | Invoke-MetalArtifactReduction -MetalThreshold 2500 -Destination reduced | Export-Csv slices.csv</code>
/// <para>DICOM in, derived DICOM out, a list of what was done.</para>
/// </example>
/// <example>
/// <code>New-SyntheticScan -Size 128 -Destination scans | New-MetalArtifact -Geometry reduced-128 -Destination metal | Invoke-MetalArtifactReduction -Method LI, NMAR -Destination reduced | Measure-ImageQuality</code>
/// <para>Two methods on a simulated case, and how near they come to the truth.</para>
/// </example>
/// <example>
/// <code>Invoke-MetalArtifactReduction series/ -Method DuDoNet -Destination reduced</code>
/// <para>Reduces a folder of slices by the module's own DuDoNet.</para>
/// </example>
/// <seealso cref="BuildArtifactReducerCommand"/>
/// <seealso cref="MeasureImageQualityCommand"/>
/// <seealso cref="ExportReductionFigureCommand"/>
/// <seealso cref="NewMetalArtifactCommand"/>
[Cmdlet(VerbsLifecycle.Invoke, "MetalArtifactReduction", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(ReducedSlice))]
public sealed class InvokeMetalArtifactReductionCommand : SliceCmdlet
{
    private SliceReduction[] _reductions = [];
    private ScanLoader _loader = null!;
    private MetalDetection _detection = new();
    private SeriesMetal _metal = null!;
    private IReadOnlyList<PipelineSlice> _series = [];
    private SeriesVolumes? _volumes;
    private LearnedReducers? _networks;

    /// <summary>
    /// One or more methods: LI, NMAR, FSNMAR, TV, None; with a network DuDoNet, its parts SE-Net, SE-Net0 and IE-Net,
    /// CNNMAR, cGAN-CT and RDN-CT.
    /// </summary>
    [Parameter]
    [ValidateSet(
        "LI", "NMAR", "FSNMAR", "TV", "None", "CNNMAR", "cGAN-CT", "RDN-CT", "DuDoNet", "SE-Net", "SE-Net0", "IE-Net")]
    public string[] Method { get; set; } = ["NMAR"];

    /// <summary>
    /// The networks of the learned methods: files of Build-ArtifactReducer, one a method, or CNNMAR's published weights as
    /// npz. DuDoNet without a file is the module's own.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ModelPath { get; set; } = [];

    /// <summary>The device of the networks: auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    [ValidateNotNullOrEmpty]
    public string Device { get; set; } = "cpu";

    /// <summary>
    /// Lets the networks compute their products in bfloat16: about twice as fast where the processor has instructions for
    /// it. The result differs by about 1 HU from the one without it, beside metal by tens. A warning says where it gains
    /// nothing.
    /// </summary>
    [Parameter]
    public SwitchParameter MixedPrecision { get; set; }

    /// <summary>
    /// For images without a sinogram: the name of a geometry, a geometry's JSON file, or Auto, the scanner's as far as the
    /// DICOM file says it (pixel spacing, source distance). Auto says what it assumes, and how well projection and filtered
    /// backprojection alone give the first slice back.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(SliceGeometryCompleter))]
    [ValidateNotNullOrEmpty]
    public string Geometry { get; set; } = GeometryDefaults.Name;

    /// <summary>What is above, in HU, is metal where no mask is given.</summary>
    [Parameter]
    public double MetalThreshold { get; set; } = CorruptedScan.DefaultThreshold;

    /// <summary>
    /// Finds a threshold for each slice in place of MetalThreshold: Otsu's between bone and metal, held to 2,000 .. 3,000
    /// HU; there is no metal where no pixel is above 3,000 HU, which bone and teeth stay below.
    /// </summary>
    [Parameter]
    public SwitchParameter AutomaticThreshold { get; set; }

    /// <summary>
    /// Connected regions of fewer pixels above the threshold are no metal; with VolumeMask, of fewer voxels.
    /// </summary>
    [Parameter]
    public int MinimumMetalPixels { get; set; } = 1;

    /// <summary>
    /// Pixels by which the metal is widened, masks too: for edges that blur into the tissue. With VolumeMask also into the
    /// slices above and below, as far as they are near.
    /// </summary>
    [Parameter]
    public int MetalMargin { get; set; }

    /// <summary>
    /// Finds the metal in all slices of a series, or of a stack, together: one threshold, regions that go through the
    /// slices, a margin in space. A wire that crosses the slices is then one region, though it has few pixels in each. The
    /// slices are read twice, three times with AutomaticThreshold, and not kept. The mask of a slice is written beside it,
    /// NAME.METHOD.mask.png.
    /// </summary>
    [Parameter]
    public SwitchParameter VolumeMask { get; set; }

    /// <summary>
    /// The metal, in place of the threshold and of masks that come with the slices: a mask for every slice or, for a stack
    /// of slices, a stack of as many.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MaskPath { get; set; }

    /// <summary>Does not put the metal back into the output.</summary>
    [Parameter]
    public SwitchParameter LeaveMetalOut { get; set; }

    /// <summary>
    /// Gives the method's own reconstruction of an image in place of the image and its correction: smoother, and it loses
    /// edges everywhere.
    /// </summary>
    [Parameter]
    public SwitchParameter FullReconstruction { get; set; }

    /// <summary>
    /// Where a measured sinogram ends within the body, wider than the detector sees: continues its views by cylinders of
    /// water before they are reconstructed. A warning says where that would help. The projection of an image lacks nothing.
    /// </summary>
    [Parameter]
    public SwitchParameter Extrapolate { get; set; }

    /// <summary>The format of the output: Auto (that of the input), Npy, Png or Dicom (from DICOM only).</summary>
    [Parameter]
    [ValidateSet("Auto", "Npy", "Png", "Dicom")]
    public string Format { get; set; } = "Auto";

    /// <summary>Leaves slices that are complete as they are, and makes those that are not.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>
    /// lambda of (4.5): the weight of the total variation, in cm. By default it follows the geometry and the pixel size:
    /// 0.0025 in the dissertation's geometry, 0.01 with four times the rays. The record of a slice says which it was.
    /// </summary>
    [Parameter]
    public double? Lambda { get; set; }

    /// <summary>The most iterations of TV: 15 by default, each a projection and its adjoint. The record has the objective that they reach.</summary>
    [Parameter]
    public int Iterations { get; set; } = TotalVariationOptions.DefaultIterations;

    /// <inheritdoc/>
    protected override string DeviceName => Device;

    /// <summary>Checks the parameters, before anything is read.</summary>
    protected override void BeginProcessing() => Require(() =>
    {
        if (Force && Resume)
        {
            throw new InputException(
                "ForceAndResume", FaultKind.InvalidArgument, "-Force makes every slice again, -Resume none that is complete.");
        }

        if (AutomaticThreshold && MyInvocation.BoundParameters.ContainsKey(nameof(MetalThreshold)))
        {
            throw new InputException(
                "ThresholdTwice", FaultKind.InvalidArgument, "Give -MetalThreshold or -AutomaticThreshold, not both.");
        }

        if (VolumeMask && MaskPath is not null)
        {
            throw new InputException(
                "MetalGivenTwice", FaultKind.InvalidArgument,
                "-MaskPath says what is metal; -VolumeMask would look for it.");
        }

        _detection = new MetalDetection
        {
            Threshold = AutomaticThreshold ? null : MetalThreshold, LeastPixels = MinimumMetalPixels, Margin = MetalMargin,
        };
        _metal = new SeriesMetal(_detection, PixelUnit);
        var geometry = GeometryChoice.Find(Geometry, ResolveTarget);
        var variation = new TotalVariationOptions { Lambda = Lambda, Iterations = Iterations };
        var reconstruction = new ReconstructionOptions { Extrapolate = Extrapolate };
        _loader = new ScanLoader(geometry, reconstruction);
        string[] models = [.. ModelPath.SelectMany(path => PathResolver.Files(this, path, literal: false))];
        var networks = Compute(work => LearnedReducers.Load(Method, models, MixedPrecision, work));
        _networks = networks;
        _reductions = [.. Method.Distinct(StringComparer.OrdinalIgnoreCase).Select(method => new SliceReduction(
            new ReductionSettings
            {
                Method = method,
                Geometry = geometry,
                Detection = _detection,
                IsWhole = FullReconstruction,
                KeepMetal = !LeaveMetalOut,
                Unit = PixelUnit,
                Variation = variation,
                Reconstruction = reconstruction,
                Model = networks.Of(method),
            },
            _loader, Force, Resume))];
        return 0;
    });

    /// <inheritdoc/>
    internal override bool TakesSeries => VolumeMask;

    /// <inheritdoc/>
    internal override void BeginSeries(IReadOnlyList<PipelineSlice> files) => (_series, _volumes) = (files, null);

    /// <inheritdoc/>
    internal override void ProcessFile(PipelineSlice file)
    {
        file = file.WithMask(MaskPath);
        var (sinogram, trace) = (Resolved(file.SinogramPath), Resolved(file.TracePath));
        using var masks = file.MaskPath is null ? null : Compute(_ => MasksFor(file.Path, file.MaskPath));
        ForEachSlice(file.Path, slice =>
        {
            var mask = masks is null ? null : Compute(_ => masks.MoveNext() ? masks.Current : null);
            ReduceSlice(file, new ScanInput(slice, mask, sinogram, trace));
        });
    }

    // The methods of a slice share its scan; slices are computed several at a time.
    private void ReduceSlice(PipelineSlice file, ScanInput input)
    {
        ShowSlice(input.Slice.Name);
        var planned = new List<(SliceReduction Reduction, ReductionTarget Target)>();
        foreach (var reduction in _reductions)
        {
            var target = TargetOf(input.Slice, reduction.Settings.Method);
            Guard(() => Make(target.RecordPath, input.Slice.Description, () =>
            {
                if (!ShouldProcess(target.ImagePath, $"Reduce metal artifacts of {input.Slice.Description}")) return;
                planned.Add((reduction, target));
            }));
        }

        if (planned.Count == 0) return;
        if (VolumeMask && input.Mask is null && !TryTakeVolume(ref input, planned)) return;
        Start(
            work =>
            {
                var scan = new Lazy<CorruptedScan>(() => _loader.Load(input, PixelUnit, _detection, work));
                return planned.ConvertAll(plan => SliceOutcome.Of(plan.Reduction, input, scan, plan.Target, work));
            },
            outcomes =>
            {
                for (var i = 0; i < outcomes.Count; i++) Emit(file, input, planned[i].Reduction, planned[i].Target, outcomes[i]);
                if (outcomes.Find(outcome => outcome.Record is not null)?.Record is not { } record) return;
                _metal.Add(input.Slice, record.MetalPixels, input.Mask is not null);
            });
    }

    // A series whose masks find no room has no slice that does: that ends the command.
    private bool TryTakeVolume(ref ScanInput input, List<(SliceReduction Reduction, ReductionTarget Target)> planned)
    {
        var volumes = _volumes ??= Require(() => Compute(work => SeriesVolumes.Find(
            _series.Where(file => file.MaskPath is null).Select(file => file.Path), PixelUnit, _detection, work)));
        try
        {
            input = input with { Volume = volumes.Of(input.Slice) };
            return true;
        }
        catch (InputException fault)
        {
            foreach (var (_, target) in planned) Unmake(target.RecordPath);
            Guard(() => throw fault);
            return false;
        }
    }

    private void Emit(
        PipelineSlice file, ScanInput input, SliceReduction reduction, ReductionTarget target, SliceOutcome outcome)
    {
        if (outcome.Record is { } record)
        {
            WriteObject(Describe(file, input, reduction.Settings, target, record) with
            {
                Status = outcome.Status.ToString(),
                ElapsedSeconds = outcome.Elapsed.TotalSeconds,
            });
            return;
        }

        Unmake(target.RecordPath);
        Guard(() => throw outcome.Fault!);
    }

    /// <summary>Says what the series lacked.</summary>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        foreach (var warning in _metal.Warnings()) WriteWarning(warning);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // What is on its way uses the networks.
        base.Dispose(disposing);
        if (disposing) _networks?.Dispose();
    }

    private static ReducedSlice Describe(
        PipelineSlice file, ScanInput input, ReductionSettings settings, ReductionTarget target, ReductionRecord record) =>
        new()
        {
            Name = input.Slice.Name,
            Folder = file.Folder,
            Method = settings.Method,
            Status = "",
            Group = file.Group ?? record.Group,
            MetalPixels = record.MetalPixels,
            MetalSource = input.Mask is not null ? "Mask" : input.Volume is not null ? "Volume" : "Slice",
            MetalThreshold = record.MetalThreshold,
            ElapsedSeconds = 0,
            ImagePath = target.ImagePath,
            DifferencePath = target.DifferencePath,
            SourcePath = input.Slice.Source,
            SourceIndex = input.Slice.Index,
            MaskPath = input.Volume is null ? file.MaskPath ?? input.Mask?.Source : target.MaskPath,
            TruthPath = file.TruthPath,
            Iterations = record.Iterations,
            Objective = record.Objective,
        };

    private ReductionTarget TargetOf(CtSlice slice, string method)
    {
        var format = Format.Equals("Auto", StringComparison.OrdinalIgnoreCase)
            ? slice.Format
            : Enum.Parse<CtFormat>(Format, ignoreCase: true);
        return ReductionTarget.Of(TargetFolder, slice.Name, method, format);
    }

    private string? Resolved(string? path) => path is null ? null : ResolveTarget(path);

    private IEnumerator<PixelMask> MasksFor(string slices, string masks) =>
        MaskFile.ReadFor(ResolveTarget(masks), CtFile.CountOf(slices)).GetEnumerator();
}
