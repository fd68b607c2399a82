using System.Management.Automation;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>
/// Draws reduced slices side by side as PNG: the input, each method, the truth where there is one, and what each method
/// changed.
/// </summary>
/// <remarks>
/// <para>Records are gathered by the slice's name, and the pictures are drawn when all have come. The panels' window is
/// that of soft tissue unless WindowCenter and WindowWidth are given; differences are shown around 0, as wide.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticScan -Destination scans | New-MetalArtifact -Destination metal | Invoke-MetalArtifactReduction -Method LI, NMAR -Destination reduced | Export-ReductionFigure -Destination figures</code>
/// <para>One picture a slice.</para>
/// </example>
/// <example>
/// <code>Invoke-MetalArtifactReduction series/ -Destination reduced -Resume | Export-ReductionFigure -WindowCenter 300 -WindowWidth 2000 -Destination figures</code>
/// <para>In the window of bone.</para>
/// </example>
/// <seealso cref="InvokeMetalArtifactReductionCommand"/>
/// <seealso cref="MeasureImageQualityCommand"/>
[Cmdlet(VerbsData.Export, "ReductionFigure", SupportsShouldProcess = true)]
[OutputType(typeof(ReductionFigureFile))]
public sealed class ExportReductionFigureCommand : ReductionDrawing
{
    private readonly Dictionary<(string Folder, string Name), List<ReducedSlice>> _slices = [];

    /// <inheritdoc/>
    internal override void Take(ReducedSlice slice)
    {
        var key = (slice.Folder ?? "", slice.Name);
        if (!_slices.TryGetValue(key, out var methods)) _slices.Add(key, methods = []);
        RequireOneSource(methods);
        methods.Add(slice);
    }

    /// <summary>Draws.</summary>
    protected override void EndProcessing()
    {
        foreach (var (key, methods) in _slices) Guard(() => Draw(System.IO.Path.Combine(key.Folder, key.Name), methods));
    }

    private void RequireOneSource(List<ReducedSlice> methods)
    {
        if (methods.Count == 0) return;
        var source = methods[0].SourcePath;
        if (source == InputObject.SourcePath && methods[0].SourceIndex == InputObject.SourceIndex) return;
        throw new InputException(
            "TargetTaken", FaultKind.AlreadyExists,
            $"The picture of '{InputObject.Name}' is of '{source}'. Draw that of '{InputObject.SourcePath}' in a call of its "
            + "own, with another -Destination.",
            InputObject.SourcePath);
    }

    private void Draw(string name, IReadOnlyList<ReducedSlice> methods)
    {
        var target = Path.Combine(ResolveTarget(Destination), name + ".png");
        if (!ShouldProcess(target, "Draw a figure")) return;
        CheckTarget(target, Force);
        var panels = Compute(work =>
        {
            var made = Panels(methods, work);
            AtomicFile.Write(target, stream => ReductionFigure.Write(stream, made), Force);
            return made;
        });
        WriteObject(new ReductionFigureFile
        {
            Name = methods[0].Name,
            Path = target,
            Panels = string.Join(", ", panels.Select(panel => panel.Title)),
        });
    }

    private List<FigurePanel> Panels(IReadOnlyList<ReducedSlice> methods, WorkContext work)
    {
        var first = methods[0];
        var panels = new List<FigurePanel> { Image("input", first.SourcePath, first.SourceIndex, work) };
        panels.AddRange(methods.Select(slice => Image(slice.Method, slice.ImagePath, null, work)));
        if (first.TruthPath is not null) panels.Add(Image("truth", first.TruthPath, first.SourceIndex, work));
        foreach (var slice in methods)
        {
            var difference = CtFile.ReadSingle(slice.DifferencePath, work);
            panels.Add(new FigurePanel(
                $"{slice.Method} - input", difference.Values, difference.Rows, difference.Columns, new DisplayWindow(0, WindowWidth)));
        }

        return panels;
    }

    private FigurePanel Image(string title, string path, int? index, WorkContext work)
    {
        var image = SliceConversion.ToImage(CtFile.ReadAt(path, index, work), PixelUnit, work);
        return new FigurePanel(title, SliceConversion.ToHounsfield(image), image.Rows, image.Columns, Window);
    }
}
