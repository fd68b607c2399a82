using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>The metal of a volume, against flood fills and distances that are computed voxel by voxel.</summary>
public sealed class MetalVolumeTests
{
    private const int Size = 70;
    private const float Metal = 3000;

    // 1 or 2 pixels of an oblique wire in a slice, which moves by a pixel in each direction from slice to slice, and a
    // speck.
    [Fact]
    public void A_wire_that_crosses_the_slices_is_one_region_however_small_its_pieces_are()
    {
        const int least = 10;
        var detection = new MetalDetection { LeastPixels = least };
        var slices = Enumerable.Range(0, 12).Select(z => Slice(
            z == 4 ? [(50, 50), (50, 51)] : [], [(10 + z, 10 + z), (10 + z, 10 + z + (z % 2))])).ToArray();
        var volume = Find(slices, detection);
        for (var z = 0; z < slices.Length; z++)
        {
            Assert.Equal(0, detection.Find(slices[z].Image!).PixelCount);
            var metal = volume.At(z).Metal;
            Assert.Equal(1 + (z % 2), metal.PixelCount);
            Assert.True(metal[10 + z, 10 + z]);
        }
    }

    [Theory]
    [InlineData(.02, 3)]
    [InlineData(.06, 12)]
    [InlineData(.11, 60)]
    [InlineData(.2, 2)]
    public void What_stays_is_what_a_flood_fill_of_26_neighbours_finds(double density, int least)
    {
        var random = new Random(7);
        bool[] Layer() => [.. Enumerable.Range(0, Size * Size).Select(_ => random.NextDouble() < density)];
        var voxels = Enumerable.Range(0, 6).Select(_ => Layer()).ToArray();
        var volume = Find([.. voxels.Select(Slice)], new MetalDetection { LeastPixels = least });
        var expected = FloodFilled(voxels, least);
        Assert.Contains(true, expected.SelectMany(layer => layer));
        Assert.NotEqual(voxels.Sum(layer => layer.Count(set => set)), expected.Sum(layer => layer.Count(set => set)));
        for (var z = 0; z < voxels.Length; z++) Assert.Equal(expected[z], volume.At(z).Metal.Values);
    }

    // Slices 1.25 mm apart, pixels of .5 mm: the neighbours of a slice are 2.5 pixels away.
    [Fact]
    public void The_margin_is_a_ball_in_mm()
    {
        const int margin = 6;
        (int Z, int Y, int X)[] metal = [(3, 30, 30), (4, 33, 62)];
        var slices = Enumerable.Range(0, 9).Select(z => Slice([], [.. metal.Where(m => m.Z == z).Select(m => (m.Y, m.X))])
            with { Position = -40 + (1.25 * z), PixelSize = .5 }).ToArray();
        var volume = Find(slices, new MetalDetection { Margin = margin });
        for (var z = 0; z < slices.Length; z++)
        {
            var values = volume.At(z).Metal.Values;
            for (var i = 0; i < values.Length; i++)
            {
                var (y, x) = (i / Size, i % Size);
                var isNear = metal.Any(m =>
                    Math.Pow(2.5 * (z - m.Z), 2) + Math.Pow(y - m.Y, 2) + Math.Pow(x - m.X, 2) <= margin * margin);
                Assert.True(isNear == values[i], $"slice {z}, pixel {i}");
            }
        }
    }

    [Fact]
    public void Without_places_a_slice_is_as_thick_as_a_pixel_is_wide_which_is_said_where_it_counts()
    {
        var slices = Enumerable.Range(0, 5).Select(z => Slice([], z == 2 ? [(30, 30)] : [])).ToArray();
        var said = new List<string>();
        var volume = Find(slices, new MetalDetection { Margin = 1 }, said);
        Assert.Equal([0, 1, 5, 1, 0], Enumerable.Range(0, 5).Select(z => volume.At(z).Metal.PixelCount));
        Assert.Single(said);
        Find(slices, new MetalDetection(), said);
        Assert.Single(said);
    }

    // Two slices are missing between the fourth and the fifth, and the eighth cannot be read.
    [Fact]
    public void Nothing_is_connected_over_a_gap()
    {
        double[] places = [0, 5, 10, 15, 30, 35, 40, 45, 50];
        var slices = places.Select(place => Slice([], [(30, 30)]) with { Position = place, PixelSize = 1 }).ToArray();
        slices[7] = new VolumeSlice(null);
        var kept = Enumerable.Range(0, 9).ToArray();
        Assert.Equal([4, 4, 4, 4, 3, 3, 3, 0, 1], kept.Select(z => Enumerable.Range(1, 9)
            .LastOrDefault(least => Find(slices, new MetalDetection { LeastPixels = least }).At(z).Metal.PixelCount > 0)));
    }

    [Fact]
    public void A_slice_of_another_size_is_no_member()
    {
        var slices = new[] { Slice([], [(30, 30)]), new VolumeSlice(new SliceImage(8, 8)), Slice([], [(30, 30)]) };
        var volume = Find(slices, new MetalDetection { LeastPixels = 2 });
        Assert.Equal(Size, volume.Rows);
        Assert.Equal(0, volume.At(0).Metal.PixelCount + volume.At(2).Metal.PixelCount);
    }

    // One slice has bone alone, one a wire that does not reach 3,000 HU; together there is a threshold for both.
    [Fact]
    public void The_automatic_threshold_is_that_of_all_pixels_together()
    {
        (double Hounsfield, int Count)[][] parts = [[(1200, 200)], [(1500, 90), (2900, 4)], [(1300, 20), (3071, 60)]];
        var values = parts.Select(ValuesOf).ToArray();
        var reads = 0;
        var volume = MetalVolume.Find(
            () =>
            {
                reads++;
                return values.Select(slice => new VolumeSlice(new SliceImage(slice, Size, Size)));
            },
            values.Length, new MetalDetection { Threshold = null }, WorkContext.Default);
        Assert.Equal(2, reads);
        var together = new SliceImage([.. values.SelectMany(slice => slice)], 3 * Size, Size);
        Assert.Equal(MetalDetection.Automatic(together), volume.Threshold, .5);
        Assert.Equal([0, 4, 60], Enumerable.Range(0, 3).Select(z => volume.At(z).Metal.PixelCount));
        Assert.Equal(double.PositiveInfinity, MetalDetection.Automatic(new SliceImage(values[1], Size, Size)));

        static float[] ValuesOf((double Hounsfield, int Count)[] parts)
        {
            var slice = new float[Size * Size];
            var at = 0;
            foreach (var (hounsfield, count) in parts)
            {
                slice.AsSpan(at, count).Fill((float)HounsfieldScale.ToAttenuation(hounsfield));
                at += count;
            }

            return slice;
        }
    }

    private static MetalVolume Find(VolumeSlice[] slices, MetalDetection detection, List<string>? said = null) =>
        MetalVolume.Find(
            () => slices, slices.Length, detection,
            WorkContext.Default with { Warning = said is null ? null : said.Add });

    private static VolumeSlice Slice((int Row, int Column)[] one, (int Row, int Column)[] other)
    {
        var set = new bool[Size * Size];
        foreach (var (row, column) in one.Concat(other)) set[(row * Size) + column] = true;
        return Slice(set);
    }

    private static VolumeSlice Slice(bool[] set) => new(new SliceImage(
        Array.ConvertAll(set, isMetal => (float)HounsfieldScale.ToAttenuation(isMetal ? Metal : 0)), Size, Size));

    private static bool[][] FloodFilled(bool[][] voxels, int least)
    {
        var result = Array.ConvertAll(voxels, layer => new bool[layer.Length]);
        var seen = new HashSet<(int, int, int)>();
        for (var z = 0; z < voxels.Length; z++)
        {
            for (var i = 0; i < Size * Size; i++)
            {
                if (!voxels[z][i] || seen.Contains((z, i / Size, i % Size))) continue;
                var region = Region(z, i / Size, i % Size);
                if (region.Count < least) continue;
                foreach (var (depth, row, column) in region) result[depth][(row * Size) + column] = true;
            }
        }

        return result;

        List<(int, int, int)> Region(int z, int y, int x)
        {
            var region = new List<(int, int, int)>();
            var open = new Queue<(int Z, int Y, int X)>([(z, y, x)]);
            seen.Add((z, y, x));
            while (open.TryDequeue(out var voxel))
            {
                region.Add(voxel);
                for (var step = 0; step < 27; step++)
                {
                    var next = (Z: voxel.Z + (step / 9) - 1, Y: voxel.Y + (step / 3 % 3) - 1, X: voxel.X + (step % 3) - 1);
                    if (next.Z < 0 || next.Z >= voxels.Length) continue;
                    if (next.Y is < 0 or >= Size || next.X is < 0 or >= Size) continue;
                    if (voxels[next.Z][(next.Y * Size) + next.X] && seen.Add(next)) open.Enqueue(next);
                }
            }

            return region;
        }
    }
}
