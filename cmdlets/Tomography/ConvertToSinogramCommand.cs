using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Projects CT slices: writes NAME.sinogram.npy, the line integrals of the attenuation with one row a view and one column
/// a bin, and their geometry, NAME.sinogram.json.
/// </summary>
/// <remarks>
/// <para>Slices are npy (also npy.gz, and stacks of slices), 16-bit greyscale PNG (value - 32768 = HU) or DICOM CT
/// images. They must be square; the geometry's field of view is laid over them, whatever their size.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticScan -Size 128 -Destination scans | ConvertTo-Sinogram -Geometry reduced-128 -Destination sinograms</code>
/// <para>Projects a generated slice.</para>
/// </example>
/// <example>
/// <code>ConvertTo-Sinogram series/ -Geometry syndeeplesion -Destination sinograms | ConvertFrom-Sinogram -Filter Hann -Destination images</code>
/// <para>Projects a folder of slices and reconstructs them.</para>
/// </example>
/// <seealso cref="ConvertFromSinogramCommand"/>
[Cmdlet(VerbsData.ConvertTo, "Sinogram", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(ProjectedSlice))]
public sealed class ConvertToSinogramCommand : SliceCmdlet
{
    private ScanLoader _loader = null!;

    /// <summary>
    /// The name of a geometry, or a geometry's JSON file; Auto takes that of each DICOM file, and says what it assumes.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(SliceGeometryCompleter))]
    [ValidateNotNullOrEmpty]
    public string Geometry { get; set; } = GeometryDefaults.Name;

    /// <summary>Finds the geometry.</summary>
    protected override void BeginProcessing() =>
        _loader = new ScanLoader(Require(() => GeometryChoice.Find(Geometry, ResolveTarget)));

    /// <inheritdoc/>
    internal override void ProcessFile(PipelineSlice file) => ForEachSlice(file.Path, slice =>
    {
        var target = Target(slice.Name + ".sinogram.npy");
        Make(target, slice.Description, () => Project(slice, target));
    });

    private void Project(CtSlice slice, string target)
    {
        if (!ShouldProcess(target, $"Project {slice.Description}")) return;
        RequireFree(target, SinogramFile.GeometryPathOf(target));
        ShowSlice(slice.Name);
        var sinogram = Compute(work =>
        {
            var image = SliceConversion.ToImage(slice, PixelUnit, work);
            _loader.Explain(slice, image, work);
            var result = _loader.TomographOf(slice).Project(image, work);
            SinogramFile.Write(target, result, Force);
            return result;
        });
        WriteObject(new ProjectedSlice
        {
            Name = slice.Name,
            SourcePath = slice.Source,
            SinogramPath = target,
            GeometryPath = SinogramFile.GeometryPathOf(target),
            Views = sinogram.Views,
            Bins = sinogram.Bins,
            Detector = sinogram.Geometry.Detector.ToString(),
        });
    }
}
