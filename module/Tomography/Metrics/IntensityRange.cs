namespace Thesis.Engine.Tomography;

/// <summary>The attenuation, from 1/cm to 1/cm, that a metric maps to [0, 1].</summary>
/// <param name="Least">Becomes 0, and so does what lies below.</param>
/// <param name="Most">Becomes 1, and so does what lies above.</param>
public sealed record IntensityRange(double Least, double Most)
{
    /// <summary>-175 to 275 HU, where the soft tissues are.</summary>
    public static IntensityRange Window { get; } =
        new(HounsfieldScale.ToAttenuation(-175), HounsfieldScale.ToAttenuation(275));

    /// <summary>0 to 0.5 1/cm, which is -1,000 to 1,604 HU.</summary>
    public static IntensityRange Full { get; } = new(0, 0.5);

    /// <summary>The mapped image, 0 where there is metal.</summary>
    public double[] Map(SliceImage image, MetalMask? metal)
    {
        ArgumentNullException.ThrowIfNull(image);
        metal?.RequireShape(image);
        var result = new double[image.Values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            if (metal is not null && metal.Values[i]) continue;
            result[i] = Math.Clamp((image.Values[i] - Least) / (Most - Least), 0, 1);
        }

        return result;
    }
}
