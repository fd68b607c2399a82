namespace Thesis.Engine.Tomography;

/// <summary>
/// Streaks of metal in soft tissue, told from the edges of lung, air and bone, which are in an image and in what it was made
/// from alike: where both, smoothed by a Gaussian of sigma 1, are below -300 HU, or both above 200 HU, there is structure;
/// of connected regions of 30 pixels and more, and 5 pixels around them, nothing counts. In the rest D = I - mean of I
/// nearby (Gaussian, sigma 8, of pixels that count), and the figure is the mean of the highest 5 % of D less that of the
/// lowest 5 %, where the mean is -150 to 150 HU. Lengths are pixels of a 512 image, others in proportion.
/// </summary>
/// <param name="Streak">3 to 60 pixels from the metal, in HU; null for fewer than 40 pixels.</param>
/// <param name="SourceStreak">The same of the source, over the same pixels.</param>
/// <param name="TissueSpread">
/// The same of the image 60 pixels and more from the metal: what noise and the edges of fat and muscle give without any.
/// </param>
internal readonly record struct StreakMeasure(double? Streak, double? SourceStreak, double? TissueSpread)
{
    /// <summary>So near to the metal its own edge is measured.</summary>
    public const double MetalEdge = 3.0 / 512;

    /// <summary>From here on an image is far from the metal.</summary>
    public const double Far = 60.0 / 512;

    /// <summary>The largest mean nearby of soft tissue, in HU, of either sign.</summary>
    public const double SoftTissue = 150;

    private const double MeanSigma = 8.0 / 512;
    private const double StructureReach = 5.0 / 512;
    private const double LeastStructure = 30.0 / (512 * 512);
    private const float Lung = -300;
    private const float Bone = 200;

    /// <summary>Measures an image.</summary>
    /// <param name="image">HU.</param>
    /// <param name="source">What it was made from, HU.</param>
    /// <param name="distance">From the metal, pixels.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    public static StreakMeasure Of(float[] image, float[] source, float[] distance, int rows, int columns)
    {
        var size = Math.Max(rows, columns);
        var structure = Structure(image, source, distance, rows, columns).Values;
        var counts = new bool[image.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = !structure[i] && distance[i] > MetalEdge * size;
        var means = NearbyMean.Of(image, counts, rows, columns, MeanSigma * size);
        var sourceMeans = NearbyMean.Of(source, counts, rows, columns, MeanSigma * size);
        var (near, far) = (new bool[counts.Length], new bool[counts.Length]);
        for (var i = 0; i < counts.Length; i++)
        {
            var isSoft = counts[i] && Math.Abs(means[i]) <= SoftTissue;
            (near[i], far[i]) = (isSoft && distance[i] < Far * size, isSoft && distance[i] >= Far * size);
        }

        return new StreakMeasure(
            TailSpread.Of(image, means, near), TailSpread.Of(source, sourceMeans, near), TailSpread.Of(image, means, far));
    }

    private static MetalMask Structure(float[] image, float[] source, float[] distance, int rows, int columns)
    {
        var size = Math.Max(rows, columns);
        var (one, other) = (Smooth(image), Smooth(source));
        var dense = new bool[image.Length];
        for (var i = 0; i < dense.Length; i++)
        {
            dense[i] = distance[i] > MetalEdge * size
                && (Math.Max(one[i], other[i]) < Lung || Math.Min(one[i], other[i]) > Bone);
        }

        return new MetalMask(dense, rows, columns)
            .WithoutIslands((int)Math.Ceiling(LeastStructure * size * size)).Dilated(Math.Max(1, StructureReach * size));

        float[] Smooth(float[] values) => SeparableFilter.ReplicatingEdges(
            new SliceImage(values, rows, columns), SeparableFilter.Gaussian(radius: 3, sigma: 1)).Values;
    }
}
