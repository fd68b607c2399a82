using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Photographs of every kind, pixel by pixel as OpenCV and Pillow decode them (tests/data/faces).</summary>
public sealed class PhotographFileTests
{
    public static TheoryData<string> Pictures => new(FaceReference.Pictures);

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Pixels_are_those_of_other_decoders(string name)
    {
        var photograph = PhotographFile.Read(FaceReference.File(name));
        var transposed = name.StartsWith("orientation", StringComparison.Ordinal) && name[^5] >= '5';
        Assert.Equal(transposed ? (12, 20) : (20, 12), (photograph.Width, photograph.Height));
        var expected = FaceReference.Pixels(name);

        // Two decoders of JPEG may round a value otherwise; all others are exact.
        var most = name.EndsWith(".jpg", StringComparison.Ordinal) ? 2 : 0;
        for (var i = 0; i < expected.Length; i++) Assert.InRange(photograph.Pixels[i] - expected[i], -most, most);
    }

    [Theory]
    [InlineData("cut.jpg", "IncompleteInput")]
    [InlineData("animation.gif", "Gif")]
    [InlineData("make.py", "no image")]
    public void What_is_no_photograph_is_refused_by_name(string name, string reason)
    {
        var fault = Assert.Throws<InputException>(() => PhotographFile.Read(FaceReference.File(name)));
        Assert.Equal(ImageErrorIds.ImageInvalid, fault.ErrorId);
        Assert.Equal(FaceReference.File(name), fault.Target);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_photograph_that_is_not_there_has_the_id_of_one()
    {
        using var folder = new TestFolder();
        var fault = Assert.Throws<InputException>(() => PhotographFile.Read(folder["none.jpg"]));
        Assert.Equal((ImageErrorIds.FileNotFound, FaultKind.NotFound), (fault.ErrorId, fault.Kind));
        Assert.Equal("ImageFileNotFound", fault.ErrorId);
    }

    [Fact]
    public void A_name_of_another_kind_does_not_matter()
    {
        using var folder = new TestFolder();
        File.Copy(FaceReference.File("colour.png"), folder["colour.jpg"]);
        Assert.Equal(FaceReference.Pixels("colour.png"), PhotographFile.Read(folder["colour.jpg"]).Pixels);
    }

    // A PNG whose header announces 30,000 x 30,000 pixels: it must cost nothing.
    [Fact]
    public void A_header_of_a_thousand_million_pixels_is_refused_before_they_are_allocated()
    {
        using var folder = new TestFolder();
        var bytes = File.ReadAllBytes(FaceReference.File("colour.png"));
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), 30_000);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), 30_000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), System.IO.Hashing.Crc32.HashToUInt32(bytes.AsSpan(12, 17)));
        File.WriteAllBytes(folder["huge.png"], bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<InputException>(() => PhotographFile.Read(folder["huge.png"]));
        Assert.Contains("30000 x 30000", fault.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Files_cut_anywhere_or_with_a_bit_turned_give_a_photograph_or_one_fault()
    {
        using var folder = new TestFolder();
        var random = new Random(5);
        foreach (var name in FaceReference.Pictures)
        {
            var whole = File.ReadAllBytes(FaceReference.File(name));
            for (var round = 0; round < 20; round++)
            {
                var bytes = round % 2 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
                if (round % 2 == 1) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(folder["file"], bytes);
                try
                {
                    Assert.NotEmpty(PhotographFile.Read(folder["file"]).Pixels);
                }
                catch (InputException fault)
                {
                    Assert.Equal(folder["file"], fault.Target);
                }
            }
        }
    }
}
