using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// NMAR's prior: an image of air, water and bone. The metal of the LI image becomes water, its pixels are put into three
/// classes (<see cref="TissueClasses"/>), it is smoothed by a Gaussian of 5 x 5 pixels and sigma 1, and then
/// <code>s &lt;= air threshold: 0;   air threshold &lt; s &lt; bone threshold: water;   else: s</code>
/// </summary>
public static class TissuePrior
{
    // The least bone, relative to water: below it, an image without bone would make its soft tissue bone.
    private const double LeastBone = 1.2;

    private static readonly double[] Gaussian = SeparableFilter.Gaussian(radius: 2, sigma: 1);

    /// <summary>The prior of an LI image.</summary>
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
}
