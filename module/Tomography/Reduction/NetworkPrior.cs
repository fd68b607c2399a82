using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// CNNMAR's tissue prior (Zhang and Yu 2018, section III.C): the network's image in three classes, begun at -900, 0 and 1,000 HU.
/// <code>
/// air 0;   water: the mean of the class, weighted by the distance from bone and air, up to 5 pixels;   bone: the image
/// water, within 5 pixels of another class: image + (mean - image) distance / 5
/// metal: the mean of the prior in its dilation by a square of 3 x 3 less itself
/// </code>
/// Bone begins at its class's least value, and not below 350 HU.
/// </summary>
internal static class NetworkPrior
{
    private const double LeastBone = 350;
    private const float Ramp = 5;

    /// <summary>The prior.</summary>
    /// <param name="image">The network's image, 1/cm.</param>
    /// <param name="metal">The metal.</param>
    /// <param name="work">Cancellation.</param>
    public static SliceImage Of(SliceImage image, MetalMask metal, WorkContext work)
    {
        var filled = metal.Fill(image, (float)HounsfieldScale.WaterAttenuation).Values;
        var classes = TissueClasses.Of(filled, work);
        var bone = Math.Max(classes.BoneFloor, HounsfieldScale.ToAttenuation(LeastBone));
        var others = Array.ConvertAll(filled, value => value < classes.SoftFloor || value >= bone);
        var distance = MetalDistance.Of(new MetalMask(others, image.Rows, image.Columns));
        var weights = Array.ConvertAll(distance, value => Math.Min(value, Ramp) / Ramp);
        var (sum, total) = (0.0, 0.0);
        for (var i = 0; i < filled.Length; i++)
        {
            if (metal.Values[i]) continue;
            sum += weights[i] * filled[i];
            total += weights[i];
        }

        var water = total > 0 ? (float)(sum / total) : (float)HounsfieldScale.WaterAttenuation;
        var prior = new float[filled.Length];
        for (var i = 0; i < prior.Length; i++)
        {
            prior[i] = others[i]
                ? filled[i] >= bone ? filled[i] : 0
                : filled[i] + ((water - filled[i]) * weights[i]);
        }

        FillMetal(prior, metal);
        return new SliceImage(prior, image.Rows, image.Columns);
    }

    private static void FillMetal(float[] prior, MetalMask metal)
    {
        foreach (var region in PixelRegions.Of(metal.Values, metal.Columns))
        {
            var (sum, count) = (0.0, 0);
            var seen = new HashSet<int>();
            foreach (var pixel in region.Pixels)
            {
                var (row, column) = Math.DivRem(pixel, metal.Columns);
                for (var i = Math.Max(0, row - 1); i <= Math.Min(metal.Rows - 1, row + 1); i++)
                {
                    for (var j = Math.Max(0, column - 1); j <= Math.Min(metal.Columns - 1, column + 1); j++)
                    {
                        if (metal[i, j] || !seen.Add((i * metal.Columns) + j)) continue;
                        sum += prior[(i * metal.Columns) + j];
                        count++;
                    }
                }
            }

            var value = count > 0 ? (float)(sum / count) : (float)HounsfieldScale.WaterAttenuation;
            foreach (var pixel in region.Pixels) prior[pixel] = value;
        }
    }
}
