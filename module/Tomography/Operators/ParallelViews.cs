namespace Thesis.Engine.Tomography;

/// <summary>
/// Where pixels fall on the detector of parallel views. Pixel (i, j) of view v lies at bin
/// <c>Base + j Across - i Down</c>, with Across = cos(theta) PixelSize / spacing, Down the same with the sine.
/// </summary>
internal sealed class ParallelViews
{
    public ParallelViews(ScanGeometry parallel)
    {
        var half = 0.5 * (parallel.ImageSize - 1);
        var centre = (0.5 * (parallel.Bins - 1)) - parallel.DetectorOffset;
        var scale = parallel.PixelSize / parallel.BinSpacing;
        (Across, Down, Base) = (new double[parallel.Views], new double[parallel.Views], new double[parallel.Views]);
        for (var view = 0; view < parallel.Views; view++)
        {
            var (sine, cosine) = Math.SinCos(parallel.ViewAngle(view));
            (Across[view], Down[view]) = (cosine * scale, sine * scale);
            Base[view] = centre + (half * (Down[view] - Across[view]));
        }

        // Tiles may run 16 pixels over the image; no pixel of theirs lies farther from the centre than this.
        var reach = (half + 16) * Math.Sqrt(2) * Math.Abs(scale);
        Margin = reach - Math.Min(centre, parallel.Bins - 1 - centre);
        Scale = Math.Abs(scale);
    }

    public double[] Across { get; }

    public double[] Down { get; }

    public double[] Base { get; }

    /// <summary>Bins by which pixels of a tile can lie outside the detector, at most.</summary>
    public double Margin { get; }

    /// <summary>Bins a pixel.</summary>
    public double Scale { get; }
}
