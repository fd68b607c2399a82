using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class MetalShapeTests
{
    private static readonly int[] DissertationSizes = [242, 879, 448, 53, 112, 32, 878, 2054, 115, 115];

    [Fact]
    public void The_ten_test_masks_have_the_dissertations_sizes()
    {
        var bytes = TomographyData.PublicBytes("mar_masks", "test_masks.npy.gz");
        for (var mask = 0; mask < 10; mask++)
        {
            var values = Array.ConvertAll(bytes[(mask * 512 * 512)..((mask + 1) * 512 * 512)], b => (float)b);
            var metal = MaskResampling.ToMask(new SliceImage(values, 512, 512), 416, 416);
            Assert.Equal(DissertationSizes[mask], metal.PixelCount);
        }
    }

    [Fact]
    public void A_mask_of_the_right_size_stays_and_one_of_whole_multiples_scales()
    {
        var random = new SeededRandom(3L);
        var values = Enumerable.Range(0, 15 * 11).Select(_ => random.NextInt32(2) == 0).ToArray();
        var same = new MetalMask(values, 15, 11);
        Assert.Equal(values, MaskResampling.ToMask(same.ToImage(), 15, 11).Values);

        var square = new SliceImage(20, 30);
        for (var i = 4; i < 12; i++) square.Values.AsSpan((i * 30) + 10, 10).Fill(1);
        var half = MaskResampling.ToMask(square, 10, 15);
        Assert.Equal(4 * 5, half.PixelCount);
        Assert.True(half[2, 5] && half[5, 9] && !half[1, 5] && !half[5, 10]);
    }

    [Fact]
    public void Mask_images_out_of_range_are_refused()
    {
        var image = new SliceImage(4, 4);
        image.Values[6] = 255;
        var fault = Assert.Throws<InputException>(() => MaskResampling.ToMask(image, 4, 4));
        Assert.Equal(("MaskValueInvalid", 6), (fault.ErrorId, (int)fault.Target!));
        Assert.Equal(
            "MaskShapeInvalid",
            Assert.Throws<InputException>(() => MaskResampling.ToMask(new SliceImage(1, 20000), 4, 4)).ErrorId);
    }

    [Fact]
    public void Shapes_of_every_kind_keep_to_their_sizes_and_their_seed()
    {
        foreach (var kind in Enum.GetValues<MetalKind>())
        {
            var options = new MetalShapeOptions { ImageSize = 128, LeastPixels = 16, MostPixels = 470, Kinds = [kind] };
            for (var index = 0; index < 8; index++)
            {
                var shape = MetalShapes.Draw(options, 7, index);
                Assert.Equal(kind, shape.Kind);
                Assert.InRange(shape.Mask.PixelCount, 16, 470);
                Assert.Equal(shape.Mask.Values, MetalShapes.Draw(options, 7, index).Mask.Values);
                Assert.NotEqual(shape.Mask.Values, MetalShapes.Draw(options, 8, index).Mask.Values);
            }
        }
    }

    [Fact]
    public void Sizes_are_spread_evenly_over_their_logarithm()
    {
        var options = new MetalShapeOptions { ImageSize = 128, LeastPixels = 16, MostPixels = 1024 };
        var exponents = Enumerable.Range(0, 120)
            .Select(i => Math.Log2(MetalShapes.Draw(options, 1, i).Mask.PixelCount)).ToArray();

        // Uniform on 4 .. 10: mean 7, deviation 1.73, so the mean of 120 deviates by 0.16.
        Assert.InRange(exponents.Average(), 6.4, 7.6);
        Assert.True(exponents.Count(e => e < 5) >= 8 && exponents.Count(e => e > 9) >= 8);
    }

    [Theory]
    [InlineData(50, 40)]
    [InlineData(16, 5000)]
    public void Sizes_that_cannot_be_are_refused(int least, int most)
    {
        var options = new MetalShapeOptions { ImageSize = 128, LeastPixels = least, MostPixels = most };
        Assert.Equal("OptionOutOfRange", Assert.Throws<InputException>(() => MetalShapes.Draw(options, 1, 0)).ErrorId);
        Assert.Equal(
            "OptionOutOfRange",
            Assert.Throws<InputException>(() => MetalShapes.Draw(new MetalShapeOptions { Kinds = [] }, 1, 0)).ErrorId);
    }
}
