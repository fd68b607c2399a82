using System.Globalization;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Generates CT slices of bodies without metal, for a first try and for tests: scan-SEED-0000.npy and so on, in HU.
/// </summary>
/// <remarks>
/// <para>The bodies are drawn, not measured, with the values that CT has for them: fat, muscle, organs or lungs, a spine and ribs. Slice i of a seed is the same on every machine, whatever the count.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticScan -Count 3 -Size 128 -Destination scans</code>
/// <para>Writes three slices of 128 x 128 pixels.</para>
/// </example>
/// <example>
/// <code>New-SyntheticScan -Destination scans | New-MetalArtifact -Destination metal | Invoke-MetalArtifactReduction -Method NMAR -Destination reduced | Measure-ImageQuality</code>
/// <para>A body, metal in it, its artifacts reduced, and how well.</para>
/// </example>
/// <seealso cref="NewMetalArtifactCommand"/>
[Cmdlet(VerbsCommon.New, "SyntheticScan", SupportsShouldProcess = true)]
[OutputType(typeof(SyntheticScan))]
public sealed class NewSyntheticScanCommand : EngineCmdlet
{
    /// <summary>The folder to write into; it is made when it is missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>
    /// What is drawn: Torso, a trunk of ellipses, whose line integrals are exact; or Anatomy, what Build-ArtifactReducer trains on: chest,
    /// abdomen, pelvis, head or legs, with marrow, lungs' vessels, gas and texture.
    /// </summary>
    [Parameter]
    [ValidateSet("Torso", "Anatomy")]
    public string Body { get; set; } = "Torso";

    /// <summary>How many slices.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int Count { get; set; } = 1;

    /// <summary>Rows and columns of a slice.</summary>
    [Parameter]
    [ValidateRange(32, 4096)]
    public int Size { get; set; } = 416;

    /// <summary>The seed of every draw.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Generates.</summary>
    protected override void ProcessRecord()
    {
        var grid = ScanPresets.Dissertation.ToImage(Size);
        var random = new SeededRandom(Seed);
        for (var i = 0; i < Count; i++)
        {
            var index = i;
            Guard(() => Generate(index, grid, random));
        }
    }

    private void Generate(int index, ScanGeometry grid, SeededRandom random)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"scan-{Seed}-{index:D4}");
        var target = Path.Combine(ResolveTarget(Destination), name + ".npy");
        if (!ShouldProcess(target, "Write a synthetic slice")) return;
        CheckTarget(target, Force);
        var isTorso = Body.Equals("Torso", StringComparison.OrdinalIgnoreCase);
        Compute(work =>
        {
            var body = isTorso
                ? SliceConversion.ToHounsfield(TorsoPhantom.Draw(grid.ImageSize * grid.PixelSize, random.Fork(index)).Rasterise(grid, work))
                : AnatomicalPhantom.Draw(Size, random.Fork(index), work);
            CtFile.Write(target, body, Size, Size, CtFormat.Npy, Force);
            return body;
        });
        WriteObject(new SyntheticScan { Name = name, ImagePath = target, Size = Size, Seed = Seed, Index = index });
    }
}
