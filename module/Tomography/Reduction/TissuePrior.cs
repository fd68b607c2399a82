using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// NMAR's prior: an image without metal and without streaks, whose projection says what the trace would hold.
/// <para>
/// Where the input has no more streaks than the LI image, the prior is the input, smoothed by a Gaussian of 5 x 5 pixels and
/// sigma 1; where it has, it is made of classes (Meyer et al. 2010 take the one or the other for the whole image):
/// </para>
/// <code>
/// prior = w input + (1 - w) classes,   w = 1 / (1 + (R_input / 1.5 R_LI)^4)
/// classes: air 0; soft tissue: the mean of the soft tissue of LI nearby; bone: LI
/// </code>
/// with R the mean of |d/dx| + |d/dy| nearby, metal left out, of the smoothed images. Of the metal itself the prior makes
/// water.
/// </summary>
public static class TissuePrior
{
    // The least bone, relative to water: below it, an image without bone would make its soft tissue bone.
    private const double LeastBone = 1.2;

    // So much rougher than LI, the input counts as half.
    private const double HalfRoughness = 1.5;

    // Soft tissue, relative to water: fat to muscle with contrast agent.
    private const float LeastSoft = 0.88f;
    private const float LargestSoft = 1.08f;

    private static readonly double[] Gaussian = SeparableFilter.Gaussian(radius: 2, sigma: 1);

    /// <summary>The prior of a scan.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="interpolated">Its LI image, 1/cm.</param>
    /// <param name="work">Cancellation.</param>
    /// <exception cref="InputException"><c>MaskShapeMismatch</c>.</exception>
    public static SliceImage Of(CorruptedScan scan, SliceImage interpolated, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(interpolated);
        ArgumentNullException.ThrowIfNull(work);
        var smooth = SeparableFilter.ReplicatingEdges(interpolated, Gaussian);
        var prior = Of(interpolated, scan.Metal, work);
        work.ThrowIfCancelled();
        VarySoftTissue(prior, smooth, scan.Metal);
        return Mixed(prior, scan, smooth, work);
    }

    /// <summary>A prior that is none of classes: the input in its place where that has no streaks.</summary>
    /// <param name="prior">The prior; it is written to.</param>
    /// <param name="scan">The scan.</param>
    /// <param name="interpolated">Its LI image, 1/cm.</param>
    /// <param name="work">Cancellation.</param>
    internal static SliceImage WithInput(SliceImage prior, CorruptedScan scan, SliceImage interpolated, WorkContext work) =>
        Mixed(prior, scan, SeparableFilter.ReplicatingEdges(interpolated, Gaussian), work);

    // w of the input, by its roughness and that of the smoothed LI image.
    private static SliceImage Mixed(SliceImage prior, CorruptedScan scan, SliceImage smooth, WorkContext work)
    {
        var input = SeparableFilter.ReplicatingEdges(scan.Image, Gaussian);
        work.ThrowIfCancelled();
        var (roughness, reference) = (Roughness(input, scan.Metal), Roughness(smooth, scan.Metal));
        for (var i = 0; i < prior.Values.Length; i++)
        {
            if (scan.Metal.Values[i] || float.IsInfinity(roughness[i])) continue;
            var ratio = roughness[i] / Math.Max(HalfRoughness * reference[i], float.Epsilon);
            var weight = 1 / (1 + (ratio * ratio * (ratio * ratio)));
            prior.Values[i] += (float)(weight * (Math.Max(0, input.Values[i]) - prior.Values[i]));
        }

        return prior;
    }

    /// <summary>
    /// The classes alone, as Meyer et al. have them: the metal of the LI image becomes water, its pixels are put into three
    /// classes (<see cref="TissueClasses"/>), it is smoothed, and then
    /// <code>s &lt;= air threshold: 0;   air threshold &lt; s &lt; bone threshold: water;   else: s</code>
    /// </summary>
    /// <exception cref="InputException"><c>MaskShapeMismatch</c>.</exception>
    public static SliceImage Of(SliceImage interpolated, MetalMask metal, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(metal);
        const double water = HounsfieldScale.WaterAttenuation;
        var filled = metal.Fill(interpolated, (float)water);
        var classes = TissueClasses.Of(filled.Values, work);
        var bone = Math.Max(classes.BoneFloor, LeastBone * water);
        work.ThrowIfCancelled();
        var smooth = SeparableFilter.ReplicatingEdges(filled, Gaussian);
        return new SliceImage(
            Array.ConvertAll(smooth.Values, value => value <= classes.SoftFloor ? 0 : value < bone ? (float)water : value),
            smooth.Rows, smooth.Columns);
    }

    // Fat and muscle differ by a tenth, which is more than LI is wrong by in the mean of a neighbourhood.
    private static void VarySoftTissue(SliceImage prior, SliceImage interpolated, MetalMask metal)
    {
        const float water = (float)HounsfieldScale.WaterAttenuation;
        var isSoft = new bool[prior.Values.Length];
        for (var i = 0; i < isSoft.Length; i++) isSoft[i] = prior.Values[i] == water && !metal.Values[i];
        var means = LocalMean.Of(interpolated.Values, isSoft, prior.Columns);
        for (var i = 0; i < isSoft.Length; i++)
        {
            if (isSoft[i]) prior.Values[i] = Math.Clamp(means[i], LeastSoft * water, LargestSoft * water);
        }
    }

    private static float[] Roughness(SliceImage image, MetalMask metal)
    {
        var size = image.Columns;
        var steps = new float[image.Values.Length];
        var counts = new bool[steps.Length];
        var near = metal.Dilated(2);
        for (var row = 0; row < size - 1; row++)
        {
            for (var i = row * size; i < (row * size) + size - 1; i++)
            {
                counts[i] = !near.Values[i];
                steps[i] = Math.Abs(image.Values[i + 1] - image.Values[i]) + Math.Abs(image.Values[i + size] - image.Values[i]);
            }
        }

        return LocalMean.Of(steps, counts, size);
    }
}
