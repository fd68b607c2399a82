namespace Thesis.Engine.Tomography;

/// <summary>
/// Splits attenuation into a water and a bone part, which each have their own spectrum of attenuation. Up to 100 HU all
/// is water, from 1,500 HU on all is bone; between, bone's share rises linearly with the attenuation:
/// <code>f = (mu - mu(100)) / (mu(1500) - mu(100)), bone = f mu, water = (1 - f) mu</code>
/// </summary>
public static class TissueDecomposition
{
    /// <summary>Up to here all is water, in HU.</summary>
    public const double WaterOnly = 100;

    /// <summary>From here on all is bone, in HU.</summary>
    public const double BoneOnly = 1500;

    /// <summary>The two parts, in 1/cm; they sum to the image.</summary>
    public static (SliceImage Water, SliceImage Bone) Split(SliceImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var least = HounsfieldScale.ToAttenuation(WaterOnly);
        var most = HounsfieldScale.ToAttenuation(BoneOnly);
        var (water, bone) = (new float[image.Values.Length], new float[image.Values.Length]);
        for (var i = 0; i < water.Length; i++)
        {
            double attenuation = image.Values[i];
            var share = Math.Clamp((attenuation - least) / (most - least), 0, 1);
            bone[i] = (float)(share * attenuation);
            water[i] = (float)((1 - share) * attenuation);
        }

        return (new SliceImage(water, image.Rows, image.Columns), new SliceImage(bone, image.Rows, image.Columns));
    }
}
