namespace Thesis.Engine.Tomography;

/// <summary>
/// The pixels above 1,000 HU, counted to the nearest HU: what an automatic threshold of many slices is made of.
/// </summary>
internal sealed class BrightHistogram
{
    private readonly long[] _counts = new long[(int)(HounsfieldScale.Largest - MetalDetection.BoneFloor) + 2];

    /// <summary>Counts an image's, in 1/cm.</summary>
    public void Add(SliceImage image)
    {
        foreach (var value in image.Values)
        {
            var hounsfield = HounsfieldScale.ToHounsfield(value);
            if (!(hounsfield > MetalDetection.BoneFloor)) continue;
            _counts[Math.Clamp((int)Math.Round(hounsfield - MetalDetection.BoneFloor), 0, _counts.Length - 1)]++;
        }
    }

    /// <summary>The threshold, as <see cref="MetalDetection.Automatic(SliceImage)"/> has it for one image.</summary>
    public double Threshold() => MetalDetection.Automatic(
        [.. _counts.Select((count, i) => (MetalDetection.BoneFloor + i, count)).Where(value => value.count > 0)]);
}
