using System.Text.Json.Serialization;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class ImageQualityTests
{
    private static readonly Case[] Cases = TomographyData.Json<Case[]>("metrics", "metrics.json");

    [Theory]
    [InlineData("noise")]
    [InlineData("bias")]
    [InlineData("metal")]
    public void PSNR_and_SSIM_are_scikit_images(string name)
    {
        var expected = Cases.Single(one => one.Name == name);
        var isMetal = new bool[expected.Rows * expected.Columns];
        foreach (var index in expected.Metal) isMetal[index] = true;
        var quality = ImageQuality.Measure(
            new SliceImage(expected.Image, expected.Rows, expected.Columns),
            new SliceImage(expected.Truth, expected.Rows, expected.Columns),
            new MetalMask(isMetal, expected.Rows, expected.Columns));
        Assert.Equal(expected.PsnrWindow, quality.PsnrWindow, 1e-9);
        Assert.Equal(expected.SsimWindow, quality.SsimWindow, 1e-9);
        Assert.Equal(expected.PsnrFull, quality.PsnrFull, 1e-9);
        Assert.Equal(expected.SsimFull, quality.SsimFull, 1e-9);
        Assert.Equal(expected.RmseHu, quality.RmseHounsfield, 1e-9);
    }

    [Fact]
    public void The_window_gives_the_values_of_the_vectors()
    {
        var quality = ImageQuality.Measure(TomographyData.Slice("sim_x_li"), TomographyData.Slice("sim_mu"), null);
        Assert.Equal(17.539164306999595, quality.PsnrWindow, 1e-5);
        Assert.Equal(0.5199278132379155, quality.SsimWindow, 1e-6);
    }

    [Fact]
    public void An_image_equals_itself_and_metal_does_not_count()
    {
        var truth = TomographyData.Slice("sim_mu");
        var metal = TomographyData.Mask(TomographyData.Slice("sim_mask"));
        var quality = ImageQuality.Measure(metal.Fill(truth, 5), truth, metal);
        Assert.Equal(double.PositiveInfinity, quality.PsnrFull);
        Assert.Equal(1, quality.SsimWindow, 1e-12);
        Assert.Equal(0, quality.RmseHounsfield);
        Assert.True(ImageQuality.Measure(metal.Fill(truth, 5), truth, null).RmseHounsfield > 100);
    }

    [Fact]
    public void Images_that_cannot_be_measured_are_refused()
    {
        var image = new SliceImage(12, 12);
        var broken = new SliceImage(12, 12);
        broken.Values[5] = float.NaN;
        Refused("ImageShapeMismatch", image, new SliceImage(12, 13), null);
        Refused("ImageTooSmall", new SliceImage(10, 12), new SliceImage(10, 12), null);
        Refused("MaskShapeMismatch", image, image, new MetalMask(new bool[121], 11, 11));
        Refused("ImageNotFinite", broken, image, null);
        Refused("ImageNotFinite", image, broken, null);
        Refused("MetalFillsImage", image, image, new MetalMask([.. Enumerable.Repeat(true, 144)], 12, 12));

        static void Refused(string id, SliceImage image, SliceImage truth, MetalMask? metal) =>
            Assert.Equal(id, Assert.Throws<InputException>(() => ImageQuality.Measure(image, truth, metal)).ErrorId);
    }

    [Fact]
    public void The_test_masks_fall_into_the_dissertations_pairs()
    {
        int[] sizes = [242, 879, 448, 53, 112, 32, 878, 2054, 115, 115];
        var masks = Array.ConvertAll(sizes, size => Mask(size));
        string[] expected =
            ["medium", "largest", "large", "smallest", "small", "smallest", "large", "largest", "medium", "small"];
        Assert.Equal(expected, MetalSizeGroups.OfSet(masks));
        expected[9] = "medium";
        Assert.Equal(expected, masks.Select(MetalSizeGroups.Of));
        Assert.Equal("none", MetalSizeGroups.Of(new MetalMask(new bool[64], 8, 8)));

        static MetalMask Mask(int pixels) => new([.. Enumerable.Range(0, 416 * 416).Select(i => i < pixels)], 416, 416);
    }

    private sealed record Case(
        string Name,
        int Rows,
        int Columns,
        float[] Image,
        float[] Truth,
        int[] Metal,
        [property: JsonPropertyName("psnr_window")] double PsnrWindow,
        [property: JsonPropertyName("ssim_window")] double SsimWindow,
        [property: JsonPropertyName("psnr_full")] double PsnrFull,
        [property: JsonPropertyName("ssim_full")] double SsimFull,
        [property: JsonPropertyName("rmse_hu")] double RmseHu);
}
