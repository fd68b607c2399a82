using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data.Images;

public sealed class ImageReaderTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;
    private static readonly byte[] TwelveBytes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255];

    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx_is_read_plain_and_packed(bool packed)
    {
        var bytes = IdxBytes.Images(2, 2, 3, TwelveBytes);
        var path = _folder.Write("images", packed ? IdxBytes.Gzip(bytes) : bytes);
        var (shape, pixels) = IdxFile.ReadImages(path, Work);
        Assert.Equal(new ImageShape(1, 2, 3), shape);
        Assert.Equal(TwelveBytes, pixels);
        Assert.Equal([7, 9], IdxFile.ReadLabels(_folder.Write("labels", IdxBytes.Labels(2, [7, 9])), Work));
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "magic", ImageErrorIds.IdxMagicInvalid, "offset 0" },
        { "labels' magic", ImageErrorIds.IdxMagicInvalid, "0x00000801" },
        { "header cut", ImageErrorIds.Truncated, "offset 6" },
        { "data cut", ImageErrorIds.Truncated, "announces 12 bytes after offset 16" },
        { "packed data cut", ImageErrorIds.Truncated, "ends at offset 20" },
        { "trailing", ImageErrorIds.TrailingBytes, "after offset 28" },
        { "count lies", ImageErrorIds.Truncated, "offset 16" },
        { "count overflows", ImageErrorIds.IdxHeaderInvalid, "4294967295 images" },
        { "side of 0", ImageErrorIds.IdxHeaderInvalid, "0x3" },
        { "broken gzip", ImageErrorIds.FileUnreadable, "cannot be read" },
        { "absent", ImageErrorIds.DatasetNotFound, "does not exist" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_of_an_idx_file_is_one_error_with_its_place(string fault, string id, string place)
    {
        var good = IdxBytes.Images(2, 2, 3, TwelveBytes);
        var bytes = fault switch
        {
            "magic" => [1, .. good[1..]],
            "labels' magic" => IdxBytes.Labels(2, [0, 1]),
            "header cut" => good[..6],
            "data cut" => good[..20],
            "packed data cut" => IdxBytes.Gzip(good[..20]),
            "trailing" => [.. good, 0],
            "count lies" => IdxBytes.Images(2_000_000, 28, 28, TwelveBytes),
            "count overflows" => [.. IdxBytes.Words(0x803, -1, 4096, 4096), .. TwelveBytes],
            "side of 0" => IdxBytes.Images(2, 0, 3, []),
            "broken gzip" => [0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8],
            _ => good,
        };
        var path = fault == "absent" ? _folder["none"] : _folder.Write("images", bytes);
        var found = Assert.Throws<InputException>(() => IdxFile.ReadImages(path, Work));
        Assert.Equal(id, found.ErrorId);
        Assert.Contains(place, found.Message, StringComparison.Ordinal);
        Assert.Contains(path, found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_hash_is_refused()
    {
        var path = _folder.Write("labels", IdxBytes.Labels(1, [3]));
        var found = Assert.Throws<InputException>(() => IdxFile.ReadLabels(path, Work, new string('0', 64)));
        Assert.Equal(ImageErrorIds.HashMismatch, found.ErrorId);
    }

    [Fact]
    public void Cifar_records_are_planes_after_a_label()
    {
        byte[] first = [3, .. Enumerable.Range(0, 3072).Select(i => (byte)(i / 1024))];
        byte[] second = [9, .. new byte[3072]];
        var files = new[]
        {
            (_folder.Write("a.bin", first), (string?)null), (_folder.Write("b.bin.gz", IdxBytes.Gzip(second)), null),
        };
        var (pixels, labels) = CifarFile.Read(files, Work);
        Assert.Equal([3, 9], labels);
        Assert.Equal(first[1..].Concat(second[1..]), pixels);
    }

    [Fact]
    public void A_cut_cifar_record_is_refused_with_the_offset()
    {
        var path = _folder.Write("cut.bin", new byte[3073 + 100]);
        var found = Assert.Throws<InputException>(() => CifarFile.Read([(path, null)], Work));
        Assert.Equal(ImageErrorIds.CifarLengthInvalid, found.ErrorId);
        Assert.Contains("offset 3173", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_must_be_as_many_as_images_and_classes()
    {
        var shape = new ImageShape(1, 2, 2);
        var few = Assert.Throws<InputException>(() => new LabelledImages(shape, new byte[12], [0, 1], ["a", "b"], "x"));
        Assert.Equal(ImageErrorIds.LabelCountMismatch, few.ErrorId);
        var high = Assert.Throws<InputException>(() => new LabelledImages(shape, new byte[8], [0, 2], ["a", "b"], "x"));
        Assert.Equal(ImageErrorIds.LabelOutOfRange, high.ErrorId);
        Assert.Equal(1, high.Target);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(1.01f)]
    [InlineData(-0.01f)]
    public void Float_pixels_lie_in_0_to_1(float value)
    {
        var pixels = new float[8];
        pixels[6] = value;
        var found = Assert.Throws<InputException>(
            () => new LabelledImages(new ImageShape(1, 2, 2), pixels, [0, 0], ["a"], "x"));
        Assert.Equal(ImageErrorIds.ValueOutOfRange, found.ErrorId);
        Assert.Equal(1, found.Target);
    }

    [Fact]
    public void A_selection_keeps_pixels_with_labels()
    {
        var images = new LabelledImages(new ImageShape(1, 1, 2), [0, 51, 102, 153, 204, 255], [0, 1, 2], ["a", "b", "c"], "x");
        var chosen = images.Select([2, 0]).Slice(0, 1);
        var pixels = new float[2];
        chosen.CopyImage(0, pixels);
        Assert.Equal(2, chosen.Label(0));
        Assert.Equal([204 / 255f, 1f], pixels);
        Assert.Equal(images.Slice(2, 1).Fingerprint(Work), chosen.Fingerprint(Work));
        Assert.NotEqual(images.Slice(1, 1).Fingerprint(Work), chosen.Fingerprint(Work));
    }

    public void Dispose() => _folder.Dispose();
}
