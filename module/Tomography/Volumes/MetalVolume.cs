using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A slice of a volume.</summary>
/// <param name="Image">Attenuation, 1/cm; null where it cannot be read, or is of another size than the first.</param>
/// <param name="Position">Its place along the normal of the slices, in mm; null where it is not known.</param>
/// <param name="PixelSize">The side of its pixels, in mm; null where it is not known.</param>
public sealed record VolumeSlice(SliceImage? Image, double? Position = null, double? PixelSize = null);

/// <summary>What a slice has of the metal of its volume.</summary>
/// <param name="Metal">The metal.</param>
/// <param name="Threshold">What was above in all slices, in HU, was metal; infinite where nothing can be.</param>
public sealed record VolumeMetal(MetalMask Metal, double Threshold);

/// <summary>
/// The metal of a volume, found in all its slices together: what is above one threshold, without the regions of fewer
/// connected voxels (26 neighbours) than are wanted, widened by a ball. A wire that crosses the slices is one region,
/// however few pixels it has in each. Slices are not connected over a gap, of more than 1.5 times the usual distance, or
/// over one that cannot be read.
/// <para>
/// The ball is round in mm where the slices' places and the size of their pixels are known; else a slice is taken to be as
/// thick as a pixel is wide. Masks are kept as bits, an eighth of a byte a voxel, and none for a slice without metal; the
/// slices themselves are read and left. The ball is applied when a slice is asked for.
/// </para>
/// </summary>
public sealed class MetalVolume
{
    private readonly BitMask?[] _layers;
    private readonly double[] _depths;
    private readonly int _margin;

    private MetalVolume(BitMask?[] layers, double[] depths, (int Rows, int Columns) size, double threshold, int margin)
    {
        (_layers, _depths, _margin) = (layers, depths, margin);
        (Rows, Columns, Threshold) = (size.Rows, size.Columns, threshold);
    }

    /// <summary>Rows of a slice; 0 where none could be read.</summary>
    public int Rows { get; }

    /// <summary>Columns of a slice.</summary>
    public int Columns { get; }

    /// <summary>What was above, in HU, was metal; infinite where nothing can be.</summary>
    public double Threshold { get; }

    /// <summary>Finds the metal.</summary>
    /// <param name="read">Reads the slices in their order; called once, twice for an automatic threshold.</param>
    /// <param name="count">How many slices there are.</param>
    /// <param name="detection">Threshold, fewest voxels and margin, in pixels.</param>
    /// <param name="work">Cancellation, progress; is told what was found.</param>
    /// <exception cref="InputException"><c>MemoryInsufficient</c>.</exception>
    public static MetalVolume Find(
        Func<IEnumerable<VolumeSlice>> read, int count, MetalDetection detection, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(detection);
        ArgumentNullException.ThrowIfNull(work);
        var threshold = detection.Threshold ?? AutomaticThreshold(read(), work);
        var layers = new BitMask?[count];
        var slices = new VolumeSlice?[count];
        var (index, size) = (-1, (Rows: 0, Columns: 0));
        foreach (var slice in read().Take(count))
        {
            work.ThrowIfCancelled();
            work.Report("Finding the metal of the volume", ++index, count);
            if (slice.Image is not { } image) continue;
            if (size.Rows == 0)
            {
                size = (image.Rows, image.Columns);
                Plan(size, count, work);
            }

            if ((image.Rows, image.Columns) != size) continue;
            layers[index] = LayerOf(image, threshold);
            slices[index] = slice with { Image = null };
        }

        var before = Voxels(layers);
        var regions = detection.LeastPixels > 1
            ? VoxelRegions.Keep(layers, GapsBefore(slices), detection.LeastPixels, work) : (int?)null;
        var depths = DepthsOf(slices, detection.Margin > 0, work);
        var volume = new MetalVolume(layers, depths, size, threshold, detection.Margin);
        work.Verbose?.Invoke(Sentence(volume, before, regions, detection));
        return volume;
    }

    /// <summary>The metal of a slice, widened.</summary>
    /// <param name="index">Its place in the volume.</param>
    public VolumeMetal At(int index)
    {
        var values = new bool[Rows * Columns];
        for (var i = 0; i < _layers.Length; i++)
        {
            var depth = Math.Abs(_depths[i] - _depths[index]);
            if (_layers[i] is not { } layer || !(depth <= _margin)) continue;
            var near = layer.ToMask().Dilated(Math.Sqrt(((double)_margin * _margin) - (depth * depth))).Values;
            for (var pixel = 0; pixel < values.Length; pixel++) values[pixel] |= near[pixel];
        }

        return new VolumeMetal(new MetalMask(values, Rows, Columns), Threshold);
    }

    private static void Plan((int Rows, int Columns) size, int count, WorkContext work)
    {
        var bytes = (double)BitMask.BytesOf(size.Rows, size.Columns) * count;
        var slices = string.Create(
            CultureInfo.InvariantCulture, $"{count:N0} slices of {size.Rows} x {size.Columns} pixels");
        MemoryPlan.Require(bytes, $"The masks of {slices}", "Give the series in parts, or leave out -VolumeMask.");
        work.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"The masks of {slices} take {bytes / (1 << 20):0.###} MiB at most; the slices are read twice and not kept."));
    }

    private static double AutomaticThreshold(IEnumerable<VolumeSlice> slices, WorkContext work)
    {
        var bright = new BrightHistogram();
        foreach (var slice in slices)
        {
            work.ThrowIfCancelled();
            if (slice.Image is { } image) bright.Add(image);
        }

        return bright.Threshold();
    }

    private static BitMask? LayerOf(SliceImage image, double threshold)
    {
        var metal = MetalMask.Above(image, threshold);
        return metal.PixelCount == 0 ? null : new BitMask(metal.Values, metal.Rows, metal.Columns);
    }

    private static Predicate<int> GapsBefore(VolumeSlice?[] slices)
    {
        var steps = new double?[slices.Length];
        for (var i = 1; i < slices.Length; i++) steps[i] = slices[i]?.Position - slices[i - 1]?.Position;
        var usual = SliceSteps.Usual(steps.OfType<double>());
        return layer => steps[layer] > SliceSteps.GapFactor * usual;
    }

    // In pixels. What could not be read has no place, and no metal either.
    private static double[] DepthsOf(VolumeSlice?[] slices, bool isNeeded, WorkContext work)
    {
        var known = slices.OfType<VolumeSlice>().ToArray();
        var pixel = known.Select(slice => slice.PixelSize).FirstOrDefault(size => size > 0);
        if (pixel is not null && Array.TrueForAll(known, slice => slice.Position is not null))
        {
            return Array.ConvertAll(slices, slice => (slice?.Position / pixel) ?? double.NaN);
        }

        if (isNeeded && known.Length > 1)
        {
            work.Warning?.Invoke(
                "The files do not say how far apart the slices are: for -MetalMargin a slice is taken to be as thick as a "
                + "pixel is wide.");
        }

        return [.. Enumerable.Range(0, slices.Length).Select(index => (double)index)];
    }

    private static long Voxels(BitMask?[] layers) => layers.Sum(layer => (long)(layer?.Count ?? 0));

    private static string Sentence(MetalVolume volume, long before, int? regions, MetalDetection detection)
    {
        if (double.IsInfinity(volume.Threshold))
        {
            return "The volume has no metal: no pixel is above what bone and teeth reach.";
        }

        var after = Voxels(volume._layers);
        var layers = volume._layers.Count(layer => layer?.Count > 0);
        var pieces = regions is null ? "" : string.Create(
            CultureInfo.InvariantCulture, $" in {regions:N0} {(regions == 1 ? "piece" : "pieces")}");
        var dropped = before == after ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"; {before - after:N0} voxels in pieces of fewer than {detection.LeastPixels:N0} are left out");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The metal of the volume is {after:N0} voxels{pieces} above {volume.Threshold:0.#} HU, in {layers:N0} of "
            + $"{volume._layers.Length:N0} slices{dropped}.");
    }
}
