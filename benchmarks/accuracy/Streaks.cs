using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Accuracy;

/// <summary>
/// What the streak figure says where the truth is known: two iron rods in real slices, of which the spread of the error, the
/// true streaks, stands beside the figure of the slice without rods, with them, and reduced.
/// </summary>
internal static class Streaks
{
    private const int SlicesEach = 3;

    public static int Run(string data)
    {
        var work = WorkContext.Default;
        var loader = new ScanLoader(GeometryChoice.Of(ScanPresets.SynDeepLesion));
        Table.Header(
            "slice,lung_share,image,true_streak_hu,streak_hu,source_streak_hu,tissue_spread_hu,streak_with_structure_hu");
        foreach (var slice in RealSlices.Read(data, SlicesEach))
        {
            var rods = RodSlice.Simulate(slice, work);
            var mask = new PixelMask(rods.Metal.Values, slice.Size, slice.Size, slice.Name);
            var scan = loader.Load(new ScanInput(rods.Input, mask), PixelUnit.Hounsfield, new MetalDetection(), work);
            var body = rods.Truth.Count(value => value > -950);
            var lung = (double)rods.Truth.Count(value => value is > -950 and < -600) / body;
            var region = new Region(rods);
            Print("without rods", rods.Truth);
            Print("rods", rods.Input.Values);
            foreach (var method in new[] { "li", "nmar" })
            {
                var reduced = new ArtifactReducer(Methods.Of(method)).Reduce(scan, work).Image;
                Print(method, SliceConversion.ToHounsfield(reduced));
            }

            void Print(string name, float[] image)
            {
                var measure = StreakMeasure.Of(image, rods.Input.Values, region.Distance, slice.Size, slice.Size);
                var (right, all) = (region.True(image), region.WithStructure(image));
                var (streak, source, spread) = (measure.Streak, measure.SourceStreak, measure.TissueSpread);
                Table.Print($"{slice.Name},{lung:F2},{name},{right:F0},{streak:F0},{source:F0},{spread:F0},{all:F0}");
            }
        }

        return 0;
    }

    private sealed class Region
    {
        private readonly RodSlice _slice;
        private readonly bool[] _off;
        private readonly bool[] _soft;
        private readonly int _size;

        public Region(RodSlice slice)
        {
            (_slice, _size) = (slice, slice.Input.Columns);
            Distance = MetalDistance.Of(slice.Metal);
            _off = Array.ConvertAll(Distance, pixels => pixels > 3);
            var smooth = NearbyMean.Of(slice.Truth, Array.ConvertAll(_off, _ => true), _size, _size, 1.5);
            _soft = Soft(smooth);
        }

        public float[] Distance { get; }

        /// <summary>The spread of the error in soft tissue near the rods.</summary>
        public double? True(float[] image) => TailSpread.Of(image, _slice.Truth, _soft);

        /// <summary>The figure without a word about structure.</summary>
        public double? WithStructure(float[] image)
        {
            var means = NearbyMean.Of(image, _off, _size, _size, 8);
            return TailSpread.Of(image, means, Soft(means));
        }

        private bool[] Soft(float[] means) =>
            [.. means.Select((mean, i) => _off[i] && Distance[i] < 60 && Math.Abs(mean) <= StreakMeasure.SoftTissue)];
    }
}
