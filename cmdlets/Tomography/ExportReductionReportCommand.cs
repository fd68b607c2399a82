using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Reports on a reduced series: METHOD.report.csv with a row for every slice, and METHOD.report.png, a page of thumbnails
/// with the figures of each slice.
/// </summary>
/// <remarks>
/// <para>A page shows the input, the output, the difference and the metal of the slices with metal, or of all slices where
/// none has any; longer series fill several pages. The figures are the change outside the metal (root mean square, mean,
/// least and largest), the pixels that changed by 1 HU or more, the slice's place of DICOM, streaks, noise and edges as
/// Measure-ImageQuality measures them without a truth, and the error before and after where the truth is known. Series that
/// were written into folders of their own are reported apart.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticScan -Count 4 -Destination scans | New-MetalArtifact -Destination metal | Invoke-MetalArtifactReduction -Method LI, NMAR -Destination reduced | Export-ReductionReport -Destination report</code>
/// <para>One report a method.</para>
/// </example>
/// <example>
/// <code>Invoke-MetalArtifactReduction series/ -Geometry Auto -Destination reduced -Resume | Export-ReductionReport -WindowCenter 300 -WindowWidth 2000 -Destination report</code>
/// <para>A DICOM series, reported in the window of bone.</para>
/// </example>
/// <seealso cref="InvokeMetalArtifactReductionCommand"/>
/// <seealso cref="ExportReductionFigureCommand"/>
[Cmdlet(VerbsData.Export, "ReductionReport", SupportsShouldProcess = true)]
[OutputType(typeof(ReductionReportFile))]
public sealed class ExportReductionReportCommand : ReductionDrawing
{
    private readonly Dictionary<(string Folder, string Method), List<ReducedSlice>> _series = [];
    private readonly ScanLoader _loader = new(GeometryChoice.Of(ScanPresets.Find(GeometryDefaults.Name)));

    /// <inheritdoc/>
    internal override void Take(ReducedSlice slice)
    {
        var key = (slice.Folder ?? "", MethodName(slice.Method));
        if (!_series.TryGetValue(key, out var slices)) _series.Add(key, slices = []);
        slices.Add(slice);
    }

    /// <summary>Writes the reports.</summary>
    protected override void EndProcessing()
    {
        foreach (var ((folder, method), slices) in _series) Guard(() => Report(folder, method, slices));
    }

    // Becomes the name of a file.
    private static string MethodName(string method)
    {
        if (!LearnedReducers.IsLearned(method)) ArtifactReducer.MethodOf(method);
        return method.ToLowerInvariant();
    }

    private void Report(string folder, string method, List<ReducedSlice> slices)
    {
        var stem = System.IO.Path.Combine(ResolveTarget(Destination), folder, method + ".report");
        var metal = slices.ConvertAll(slice => slice.MetalPixels);
        var (csv, pages) = ReductionReport.FilesOf(stem, ReductionReport.Shown(metal).Count);
        if (!ShouldProcess(csv, $"Report on {slices.Count} slices")) return;
        foreach (var file in pages.Append(csv)) CheckTarget(file, Force);
        var title = FormattableString.Invariant(
            $"{slices[0].Method}: {slices.Count} slices, {metal.Count(pixels => pixels > 0)} with metal");
        var faults = new List<InputException>();
        var rows = Compute(work => ReductionReport.Write(
            stem, folder.Length == 0 ? title : $"{folder}, {title}", metal, place => Read(slices[place], faults, work), Window,
            Force, work));
        foreach (var fault in faults) Guard(() => throw fault);
        WriteObject(new ReductionReportFile
        {
            Folder = folder,
            Method = slices[0].Method,
            Slices = rows.Count,
            MetalSlices = rows.Count(row => row.MetalPixels > 0),
            LargestRmsChangeHu = rows.Select(row => row.RmsChangeHu).DefaultIfEmpty().Max(),
            CsvPath = csv,
            PagePath = pages[0],
            Pages = pages.Count,
        });
    }

    // A slice that cannot be read is an error of its own, after the others.
    private ReportSlice? Read(ReducedSlice slice, List<InputException> faults, WorkContext work)
    {
        try
        {
            var mask = string.IsNullOrEmpty(slice.MaskPath) ? null : MaskFile.ReadAt(slice.MaskPath, slice.SourceIndex);
            return ReportSlice.Of(
                CtFile.ReadAt(slice.SourcePath, slice.SourceIndex, work), CtFile.ReadSingle(slice.ImagePath, work),
                string.IsNullOrEmpty(slice.TruthPath) ? null : CtFile.ReadAt(slice.TruthPath, slice.SourceIndex, work),
                mask, ReductionRecord.DetectionOf(slice.ImagePath), _loader, PixelUnit,
                ReportRow.Of(slice.Folder ?? "", slice.Name, slice.Method, slice.MetalPixels, slice.MetalSource), work);
        }
        catch (InputException fault)
        {
            faults.Add(fault);
            return null;
        }
    }
}
