using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>The base of the cmdlets that draw reduced slices: the records, the folder, the window.</summary>
public abstract class ReductionDrawing : EngineCmdlet
{
    /// <summary>Records of Invoke-MetalArtifactReduction.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public ReducedSlice InputObject { get; set; } = null!;

    /// <summary>The folder to write into; it is made when it is missing.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The middle of the window, in HU.</summary>
    [Parameter]
    public double WindowCenter { get; set; } = DisplayWindow.SoftTissue.Center;

    /// <summary>The width of the window, in HU; that of the differences, around 0, too.</summary>
    [Parameter]
    public double WindowWidth { get; set; } = DisplayWindow.SoftTissue.Width;

    /// <summary>
    /// What the values of npy images are: Hounsfield units, or attenuation at 70 keV in 1/cm. Auto takes Hounsfield units, and
    /// refuses values that look like attenuation.
    /// </summary>
    [Parameter]
    [ValidateSet("Auto", "Hounsfield", "Attenuation")]
    public string Unit { get; set; } = "Auto";

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The window of the images.</summary>
    internal DisplayWindow Window { get; private set; } = DisplayWindow.SoftTissue;

    /// <summary>The unit as the engine names it.</summary>
    internal PixelUnit PixelUnit => Enum.Parse<PixelUnit>(Unit, ignoreCase: true);

    /// <summary>Checks the window.</summary>
    protected override void BeginProcessing() => Window = Require(() => new DisplayWindow(WindowCenter, WindowWidth));

    /// <summary>Takes a record, whose names have been checked.</summary>
    protected override void ProcessRecord() => Guard(() =>
    {
        SliceNames.Require(InputObject);
        Take(InputObject);
    });

    /// <summary>Keeps a record until all have come.</summary>
    internal abstract void Take(ReducedSlice slice);
}
