using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Frequency-split reduction (FSMAR; Meyer, Raupach, Lell, Schmidt and Kachelriess, Med Phys 39, 2012): the low frequencies of
/// a reduced image, and near the metal the high ones of the input, which was made of all rays and shows the edges there that
/// the bridged rays have lost:
/// <code>output = R + W (H(input) - H(R)),   H = 1 - Gaussian of sigma 2 pixels,   W = exp(-(d / 8 pixels)^2 / 2)</code>
/// with R the reduced image, d the distance from the metal, and pixels of a 512 image, others in proportion. Within 2 pixels of
/// the metal, where its own edge blurs, both images count as R. The paper gives the form; the lengths are ours. The fine part of
/// the streaks near the metal comes back with the edges.
/// </summary>
/// <param name="inner">The method of R: NMAR for FSNMAR.</param>
public sealed class FrequencySplitReduction(IArtifactReduction inner) : IArtifactReduction
{
    private const double SplitSigma = 2.0 / 512;
    private const double Reach = 8.0 / 512;

    // Pixels.
    private const int EdgeReach = 2;

    // Beyond so many reaches W is below 1e-3.
    private const double Cut = 3.8;

    /// <inheritdoc/>
    public string Name => "fs" + inner.Name;

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        var reduced = inner.Reduce(scan, work);
        work.ThrowIfCancelled();
        return reduced with { Image = Split(reduced.Image, scan) };
    }

    private static SliceImage Split(SliceImage image, CorruptedScan scan)
    {
        var size = image.Rows;
        // The metal's own edge is no detail of the tissue.
        var blurred = scan.Metal.Dilated(EdgeReach);
        var lost = new SliceImage(new float[image.Values.Length], size, size);
        for (var i = 0; i < lost.Values.Length; i++)
        {
            if (!blurred.Values[i]) lost.Values[i] = scan.Image.Values[i] - image.Values[i];
        }

        var sigma = Math.Max(1, SplitSigma * size);
        var low = SeparableFilter.ReplicatingEdges(lost, SeparableFilter.Gaussian((int)Math.Ceiling(3 * sigma), sigma));
        var distance = MetalDistance.Of(scan.Metal);
        var values = (float[])image.Values.Clone();
        var reach = Reach * size;

        // Detail that is put onto a streak must not make what neither image has.
        var least = Math.Min(TensorPrimitives.Min<float>(image.Values), TensorPrimitives.Min<float>(scan.Image.Values));
        var most = Math.Max(TensorPrimitives.Max<float>(image.Values), TensorPrimitives.Max<float>(scan.Image.Values));
        for (var i = 0; i < values.Length; i++)
        {
            if (blurred.Values[i] || distance[i] > Cut * reach) continue;
            var weight = Math.Exp(-0.5 * Math.Pow(distance[i] / reach, 2));
            values[i] = Math.Clamp((float)(values[i] + (weight * (lost.Values[i] - low.Values[i]))), least, most);
        }

        return new SliceImage(values, size, size);
    }
}
