using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Simulates metal artifacts in clean CT slices (section 4.5): every slice with every mask. Writes the sinogram, its
/// geometry, the metal trace, the sinogram without metal, the image with artifacts, the image without and the mask.
/// </summary>
/// <remarks>
/// <para>Water, bone and metal are projected apart, attenuate each energy of a 120 kVp tube by their own tables, and the
/// photons that are left are counted with noise, corrected for beam hardening in water, and reconstructed.</para>
/// <para>Masks come from files, or are drawn: rods, screws, plates, hip cups, dental fillings and coils. The images that
/// are written are npy, in HU. A group says how large the metal is; five or more masks that are given together are cut
/// into five equal groups, as in the dissertation's tables, and a mask alone falls into the group of its size.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticScan -Size 128 -Destination scans | New-MetalArtifact -Shape Rod, HipCup -Count 5 -Geometry reduced-128 -Destination metal</code>
/// <para>Puts five drawn metals into a generated slice.</para>
/// </example>
/// <example>
/// <code>New-MetalArtifact slice.dcm -MaskPath mask.png -Material Fe -Photons 1e6 -Destination metal</code>
/// <para>Puts iron into a real slice, at a lower dose.</para>
/// </example>
/// <seealso cref="InvokeMetalArtifactReductionCommand"/>
/// <seealso cref="NewSyntheticScanCommand"/>
[Cmdlet(VerbsCommon.New, "MetalArtifact", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(MetalArtifact))]
public sealed class NewMetalArtifactCommand : SliceCmdlet
{
    private ScanLoader _loader = null!;
    private ArtifactSimulationOptions _options = new();
    private MetalMaskSet _masks = null!;
    private ArtifactSimulator? _simulator;
    private Tomograph? _simulated;
    private long _cases;

    /// <summary>
    /// The name of a geometry, or a geometry's JSON file; Auto takes that of each DICOM file, and says what it assumes.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(SliceGeometryCompleter))]
    [ValidateNotNullOrEmpty]
    public string Geometry { get; set; } = GeometryDefaults.Name;

    /// <summary>Brings the slices to so many rows and columns first, as section 4.5 brings 512 to 416; masks follow with ResampleMask.</summary>
    [Parameter]
    [ValidateRange(ScanGeometry.FewestSamples, 4096)]
    public int? Size { get; set; }

    /// <summary>Masks: greyscale PNG or npy of the slices' size, 0 where there is no metal. Wildcards and stacks give several.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? MaskPath { get; set; }

    /// <summary>Brings masks of another size to that of the slice.</summary>
    [Parameter]
    public SwitchParameter ResampleMask { get; set; }

    /// <summary>The kinds of metal to draw where no mask is given: Rod, Screw, Plate, HipCup, DentalFilling, Coil.</summary>
    [Parameter]
    [ValidateSet("Rod", "Screw", "Plate", "HipCup", "DentalFilling", "Coil")]
    public string[] Shape { get; set; } = [];

    /// <summary>The least and the most pixels of a drawn metal, in a slice of 416 x 416; one number is both.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateRange(4, 1_000_000)]
    public int[] MetalSize { get; set; } = [MetalShapeOptions.DefaultLeastPixels, MetalShapeOptions.DefaultMostPixels];

    /// <summary>How many metals are drawn; each slice gets every one.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int Count { get; set; } = 1;

    /// <summary>The metal: Ti, Fe, Cu or Au.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MetalMaterialCompleter))]
    [ValidateNotNullOrEmpty]
    public string Material { get; set; } = "Ti";

    /// <summary>A table of the metal's mass attenuation (CSV: energy_keV, mass_attenuation_cm2_g); it needs Density.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MaterialPath { get; set; }

    /// <summary>The density of the metal of MaterialPath, in g/cm3.</summary>
    [Parameter]
    public double? Density { get; set; }

    /// <summary>The seed of the photons and of drawn metal.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>A spectrum of the tube (CSV: energy_keV, relative_photons), in place of 120 kVp.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SpectrumPath { get; set; }

    /// <summary>Photons a ray.</summary>
    [Parameter]
    public double Photons { get; set; } = ArtifactSimulationOptions.DefaultPhotons;

    /// <summary>Scattered photons a ray.</summary>
    [Parameter]
    public double Scatter { get; set; } = ArtifactSimulationOptions.DefaultBackground;

    /// <summary>
    /// Partial volume: the metal path of the outermost bins of each run along the detector is divided by this, as the
    /// public simulations do by 4; 1 leaves it as it is.
    /// </summary>
    [Parameter]
    public double EdgeDivisor { get; set; } = ArtifactSimulationOptions.DefaultEdgeDivisor;

    /// <summary>Counts the mean of the photons.</summary>
    [Parameter]
    public SwitchParameter NoNoise { get; set; }

    /// <summary>Does not correct for beam hardening in water.</summary>
    [Parameter]
    public SwitchParameter NoWaterCorrection { get; set; }

    /// <summary>Checks the parameters and finds the masks.</summary>
    protected override void BeginProcessing()
    {
        _loader = new ScanLoader(Require(() => GeometryChoice.Find(Geometry, ResolveTarget)));
        Require(RequireOneSize);
        _options = Require(Options);
        _masks = Require(Masks);
    }

    /// <inheritdoc/>
    internal override void ProcessFile(PipelineSlice file) => ForEachSlice(file.Path, original =>
    {
        original.RequireSquare(ScanGeometry.FewestSamples);
        var slice = Size is { } size ? Compute(work => SliceConversion.Resized(original, size, work)) : original;
        var masks = Compute(_ => _masks.For(slice, ResampleMask));
        for (var i = 0; i < masks.Count; i++)
        {
            var mask = masks[i];
            // The number of a case does not depend on what was refused before it.
            var seed = unchecked((long)new SeededRandom(Seed).Fork(_cases++).NextBits());
            var name = slice.Name + (masks.Count == 1 ? "" : FormattableString.Invariant($"_m{mask.Index}"));
            Guard(() => Make(Target(name), slice.Description, () => Simulate(slice, mask, name, seed)));
        }
    });

    // The file's pixel spacing is of its own pixels.
    private bool RequireOneSize()
    {
        if (Size is null || !Geometry.Equals(GeometryChoice.AutoName, StringComparison.OrdinalIgnoreCase)) return true;
        throw new InputException(
            "SizeWithAutoGeometry", FaultKind.InvalidArgument,
            "-Geometry Auto is the scanner's for the file's own pixels; name another with -Size.", Geometry);
    }

    private void Simulate(CtSlice slice, SliceMetal metal, string name, long seed)
    {
        var files = new MetalArtifactFiles(Target(name));
        RequireOther(files, slice);
        if (!ShouldProcess(files.Image, $"Simulate metal in {slice.Description}")) return;
        RequireFree(files.All);
        ShowSlice(name);
        Compute(work =>
        {
            var clean = SliceConversion.ToImage(slice, PixelUnit, work);
            _loader.Explain(slice, clean, work);
            var scan = SimulatorOf(slice).Simulate(clean, metal.Mask, seed, work);
            files.Write(scan, Force);
            return scan;
        });
        WriteObject(new MetalArtifact
        {
            Name = name,
            SourcePath = slice.Source,
            ImagePath = files.Image,
            TruthPath = files.Truth,
            MaskPath = files.Mask,
            SinogramPath = files.Sinogram,
            GeometryPath = SinogramFile.GeometryPathOf(files.Sinogram),
            TracePath = files.Trace,
            TruthSinogramPath = files.TruthSinogram,
            MetalPixels = metal.Mask.PixelCount,
            Group = metal.Group,
            Metal = metal.Name,
            Material = _options.Metal.Name,
            Seed = Seed,
        });
    }

    // With Force, the image with metal would replace the clean slice that it is made from.
    private static void RequireOther(MetalArtifactFiles files, CtSlice slice)
    {
        var source = System.IO.Path.GetFullPath(slice.Source);
        if (!files.All.Contains(source, StringComparer.Ordinal)) return;
        throw new InputException(
            "TargetIsSource", FaultKind.InvalidArgument,
            $"What is made of {slice.Description} would take its place; give another -Destination.", slice.Source);
    }

    private ArtifactSimulator SimulatorOf(CtSlice slice)
    {
        var tomograph = _loader.TomographOf(slice);
        if (!ReferenceEquals(tomograph, _simulated)) _simulator = null;
        _simulated = tomograph;
        return _simulator ??= new ArtifactSimulator(tomograph, _options);
    }

    private ArtifactSimulationOptions Options() => new()
    {
        Metal = MaterialPath is null
            ? Engine.Tomography.Material.Metal(Material)
            : Engine.Tomography.Material.FromFile(
                ResolveTarget(MaterialPath), System.IO.Path.GetFileNameWithoutExtension(MaterialPath), Density ?? throw new InputException(
                    "DensityMissing", FaultKind.InvalidArgument, "-MaterialPath needs -Density, in g/cm3.", MaterialPath)),
        Spectrum = SpectrumPath is null ? PhotonSpectrum.Tube120 : PhotonSpectrum.FromFile(ResolveTarget(SpectrumPath)),
        Photons = Photons,
        Background = Scatter,
        EdgeDivisor = EdgeDivisor,
        Noise = !NoNoise,
        WaterCorrection = !NoWaterCorrection,
    };

    private MetalMaskSet Masks()
    {
        if (MaskPath is not null)
        {
            return MetalMaskSet.FromFiles([.. MaskPath.SelectMany(path => PathResolver.Files(this, path, literal: false))]);
        }

        return MetalMaskSet.Drawn(
            Count, Seed, MetalSize[0], MetalSize[^1], [.. Shape.Select(kind => Enum.Parse<MetalKind>(kind, ignoreCase: true))]);
    }
}
