using SkiaSharp;
using Thesis.Engine.Data;
using Xunit;

namespace Thesis.Engine.Tests.Data.Plots;

public sealed class PictureGridTests
{
    private const int Side = 96;

    [Fact]
    public void A_title_that_is_wider_than_its_picture_takes_as_many_lines_as_its_words_need()
    {
        var one = Draw("short");
        var three = Draw("without the Radon consistency loss of E");
        Assert.Equal(one.Width, three.Width);
        Assert.True(three.Height >= one.Height + 44, $"{one.Height} and {three.Height} pixels");

        // The picture stands as far from the bottom as before, and there is text above it.
        Assert.Equal(FromBottom(one), FromBottom(three));
        Assert.True(InkAbove(three, FromBottom(three)) > 2 * InkAbove(one, FromBottom(one)));
    }

    [Fact]
    public void A_caption_takes_as_many_lines_as_its_words_need_below_its_picture()
    {
        var one = Draw("", "short");
        var three = Draw("", "without the Radon consistency loss of E");
        Assert.True(three.Height >= one.Height + 44, $"{one.Height} and {three.Height} pixels");
    }

    private static SKBitmap Draw(string title, string caption = "")
    {
        using var stream = new MemoryStream();
        var red = new Photograph([.. Enumerable.Range(0, Side * Side).SelectMany(_ => new byte[] { 255, 0, 0 })], Side, Side);
        PictureGrid.Write(stream, "", [new PictureRow("", [new PictureCell(title, red, caption)])]);
        return SKBitmap.Decode(stream.ToArray());
    }

    // Rows from the picture's last to the bottom.
    private static int FromBottom(SKBitmap image) =>
        Enumerable.Range(1, image.Height).First(up => image.GetPixel(image.Width / 2, image.Height - up) == SKColors.Red);

    private static int InkAbove(SKBitmap image, int fromBottom) =>
        (from y in Enumerable.Range(0, image.Height - fromBottom - Side + 1)
         from x in Enumerable.Range(0, image.Width)
         where image.GetPixel(x, y).Green < 128
         select x).Count();
}
