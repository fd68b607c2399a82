using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// What can be said of a reduced image without the true one, by the image that it was made from: are there fewer streaks
/// near the metal, and is everything else still there? Figures that nothing can be measured for are null.
/// </summary>
/// <param name="StreakHounsfield">
/// The streaks near the metal, HU, see <see cref="StreakMeasure"/>: of D = I - mean of I nearby, the mean of the highest 5 %
/// less that of the lowest 5 %, in soft tissue 3 to 60 pixels from the metal, away from lung, air and bone. White noise of
/// deviation s has 4.125 s.
/// </param>
/// <param name="SourceStreakHounsfield">The same of the source, over the same pixels.</param>
/// <param name="TissueSpreadHounsfield">
/// The same of the image far from the metal: what noise and the edges of fat and muscle give. Streaks that are no more are
/// none.
/// </param>
/// <param name="NoiseHounsfield">
/// The noise far from the metal, HU (Immerkaer 1996): sqrt(pi / 2) mean |L * I| / 6 over soft tissue, with
/// L = [1 -2 1; -2 4 -2; 1 -2 1], which straight edges and gradients do not change.
/// </param>
/// <param name="NoiseRatio">The noise, relative to the source's: 1 where nothing was smoothed.</param>
/// <param name="EdgeRatio">
/// The edges kept far from the metal: sum of grad I . grad S / sum of |grad S|^2, by central differences, over the tenth of
/// the far pixels with the strongest gradient in the source S. 1 for equal images; a blur that lets a share of a frequency
/// through keeps that share of its edges.
/// </param>
/// <param name="Drift">How far the HU of each tissue have moved, far from the metal.</param>
/// <param name="Residual">
/// The root mean square of P I - P S over the rays outside the metal trace, without unit: how far the image is from the rays
/// that saw no metal.
/// </param>
/// <remarks>
/// Far is 60 pixels and more from the metal. Lengths are pixels of a 512 image, others in proportion. Soft tissue is where
/// the mean nearby (Gaussian, sigma 8 pixels, metal and the 3 pixels around it left out) is -150 to 150 HU in the image.
/// </remarks>
public sealed record ReferenceFreeQuality(
    double? StreakHounsfield,
    double? SourceStreakHounsfield,
    double? TissueSpreadHounsfield,
    double? NoiseHounsfield,
    double? NoiseRatio,
    double? EdgeRatio,
    TissueDrift Drift,
    double? Residual)
{
    private const double MeanSigma = 8.0 / 512;

    /// <summary>Measures an image.</summary>
    /// <param name="image">The image, 1/cm.</param>
    /// <param name="source">What it was made from, 1/cm.</param>
    /// <param name="metal">The metal, which may be none.</param>
    /// <param name="tomograph">P.</param>
    /// <param name="work">Cancellation, threads.</param>
    /// <exception cref="InputException">
    /// <c>ImageShapeMismatch</c>, <c>MaskShapeMismatch</c>, <c>ImageNotFinite</c>; <c>MetalFillsImage</c>.
    /// </exception>
    public static ReferenceFreeQuality Measure(
        SliceImage image, SliceImage source, MetalMask metal, Tomograph tomograph, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(metal);
        ArgumentNullException.ThrowIfNull(work);
        FiniteValues.Require(image);
        FiniteValues.Require(source);
        ImageQuality.RequireSameShape(image, source);
        metal.RequireShape(image);
        MetalCoverage.Require(metal, "the image");
        var (values, before) = (SliceConversion.ToHounsfield(image), SliceConversion.ToHounsfield(source));
        var distance = MetalDistance.Of(metal);
        var size = Math.Max(image.Rows, image.Columns);
        var counts = Array.ConvertAll(distance, pixels => pixels > StreakMeasure.MetalEdge * size);
        var means = NearbyMean.Of(values, counts, image.Rows, image.Columns, MeanSigma * size);
        work.ThrowIfCancelled();
        var streaks = StreakMeasure.Of(values, before, distance, image.Rows, image.Columns);
        work.ThrowIfCancelled();
        var far = Array.ConvertAll(distance, pixels => pixels >= StreakMeasure.Far * size);
        bool[] soft = [.. means.Select((mean, i) => far[i] && Math.Abs(mean) <= StreakMeasure.SoftTissue)];
        var texture = new ImageTexture(image.Rows, image.Columns);
        var (noise, sourceNoise) = (texture.Noise(values, soft), texture.Noise(before, soft));
        var smooth = SeparableFilter.ReplicatingEdges(
            new SliceImage(before, image.Rows, image.Columns), SeparableFilter.Gaussian(radius: 2, sigma: 1)).Values;
        return new ReferenceFreeQuality(
            streaks.Streak,
            streaks.SourceStreak,
            streaks.TissueSpread,
            noise,
            sourceNoise > 0 ? noise / sourceNoise : null,
            texture.EdgesKept(values, before, far),
            TissueDrift.Measure(values, before, smooth, far),
            ResidualOf(image, source, MetalTrace.Of(metal, tomograph, work), tomograph, work));
    }

    // P is linear: P I - P S is P (I - S). Null where all rays see metal.
    private static double? ResidualOf(
        SliceImage image, SliceImage source, MetalTrace trace, Tomograph tomograph, WorkContext work)
    {
        var change = new SliceImage([.. image.Values.Zip(source.Values, (one, other) => one - other)], image.Rows, image.Columns);
        var projected = tomograph.Project(change, work).Values;
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < projected.Length; i++)
        {
            if (trace.Values[i]) continue;
            sum += (double)projected[i] * projected[i];
            count++;
        }

        return count == 0 ? null : Math.Sqrt(sum / count);
    }
}
