using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data.Scans;

public sealed class ImageFileTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sixteen_bits_of_Pillow_are_read_exactly()
    {
        var image = GreyPng.Read(TestFolder.Scan("noise16.png"));
        var expected = CtFile.ReadSingle(TestFolder.Scan("noise16.npy"), Work);
        Assert.Equal((12, 10, 16), (image.Width, image.Height, image.BitDepth));
        Assert.Equal(expected.Values, image.Values.Select(value => (float)value));
    }

    [Theory]
    [InlineData("deeplesion16.png")]
    [InlineData("slice_int16.npy")]
    [InlineData("slice_fortran.npy")]
    public void A_slice_is_in_HU_whatever_its_file(string name)
    {
        var slice = CtFile.ReadSingle(TestFolder.Scan(name), Work);
        var stack = CtFile.Read(TestFolder.Scan("stack_int16.npy"), Work).First();
        Assert.Equal(-1024, slice.Values[0]);
        Assert.Equal(3071, slice.Values[^1]);
        Assert.Equal(stack.Values, slice.Values);
        Assert.Equal(Path.GetFileNameWithoutExtension(name), slice.Name);
    }

    [Fact]
    public void A_stack_is_read_slice_by_slice_also_gzipped()
    {
        var packed = _folder["stack.npy.gz"];
        using (var stream = new GZipStream(File.Create(packed), CompressionMode.Compress))
        {
            stream.Write(File.ReadAllBytes(TestFolder.Scan("stack_int16.npy")));
        }

        var slices = CtFile.Read(packed, Work).ToArray();
        Assert.Equal(["stack_0000", "stack_0001", "stack_0002"], slices.Select(slice => slice.Name));
        Assert.Equal(slices[0].Values.Select(value => value + 2), slices[2].Values);
    }

    [Theory]
    [InlineData("mask8.png")]
    [InlineData("mask1.png")]
    [InlineData("mask_bool.npy")]
    public void A_mask_is_one_set_of_pixels(string name)
    {
        var mask = Assert.Single(MaskFile.Read(TestFolder.Scan(name)));
        Assert.Equal(12, mask.Count);
        Assert.True(mask.Values[(2 * 12) + 3] && mask.Values[(4 * 12) + 6]);
    }

    [Fact]
    public void A_mask_of_two_values_is_refused()
    {
        NpyFile.Write<float>(_folder["m.npy"], new float[] { 0, 1, 2, 0 }, 2, 2);
        Assert.Equal(
            ScanErrorIds.MaskNotBinary,
            Assert.Throws<InputException>(() => MaskFile.Read(_folder["m.npy"]).ToArray()).ErrorId);
    }

    [Fact]
    public void A_stack_has_a_mask_for_each_slice_and_a_mask_alone_is_that_of_all()
    {
        NpyFile.Write<float>(_folder["one.npy"], new float[] { 0, 1 }, 1, 2);
        Assert.Equal([1, 1, 1], MaskFile.ReadFor(_folder["one.npy"], 3).Select(mask => mask.Count));
        Assert.Equal(1, MaskFile.ReadAt(_folder["one.npy"], 7).Count);

        NpyFile.Write<float>(_folder["two.npy"], new float[] { 0, 1, 1, 1 }, 2, 1, 2);
        Assert.Equal([1, 2], MaskFile.ReadFor(_folder["two.npy"], 2).Select(mask => mask.Count));
        Assert.Equal(2, MaskFile.ReadAt(_folder["two.npy"], 1).Count);
        foreach (var misuse in new Action[]
        {
            () => MaskFile.ReadFor(_folder["two.npy"], 1), () => MaskFile.ReadFor(_folder["two.npy"], 3),
            () => MaskFile.ReadAt(_folder["two.npy"], null), () => MaskFile.ReadAt(_folder["two.npy"], 2),
            () => CtFile.ReadAt(_folder["two.npy"], 2, Work), () => CtFile.ReadAt(_folder["two.npy"], null, Work),
        })
        {
            Assert.Equal(ScanErrorIds.SliceCountMismatch, Assert.Throws<InputException>(misuse).ErrorId);
        }

        Assert.Equal([1, 1], CtFile.ReadAt(_folder["two.npy"], 1, Work).Values);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void What_is_written_is_read_back(int depth)
    {
        var random = new SeededRandom(5L);
        var values = Enumerable.Range(0, 35 * 21).Select(_ => (ushort)random.NextInt32(1 << depth)).ToArray();
        using var stream = new MemoryStream();
        GreyPng.Write(stream, new GreyImage(35, 21, depth, values));
        var image = GreyPng.Parse(stream.ToArray(), "x.png");
        Assert.Equal((35, 21, depth), (image.Width, image.Height, image.BitDepth));
        Assert.Equal(values, image.Values);
    }

    [Theory]
    [InlineData("colour.png", "RGB")]
    [InlineData("palette.png", "a palette")]
    public void Colours_are_refused_by_name(string name, string colours)
    {
        var fault = Assert.Throws<InputException>(() => GreyPng.Read(TestFolder.Scan(name)));
        Assert.Equal(ScanErrorIds.PngUnsupported, fault.ErrorId);
        Assert.Contains(colours, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Eight_bits_are_no_slice() => Assert.Equal(
        ScanErrorIds.PngUnsupported,
        Assert.Throws<InputException>(() => CtFile.ReadSingle(TestFolder.Scan("mask8.png"), Work)).ErrorId);

    [Theory]
    [InlineData(100_000, 1, ScanErrorIds.ImageTooLarge)]
    [InlineData(4096, 4096, ScanErrorIds.PngInvalid)]
    [InlineData(0, 5, ScanErrorIds.PngInvalid)]
    [InlineData(12, 9, ScanErrorIds.PngInvalid)]
    public void A_header_that_lies_about_the_pixels_is_refused(int width, int height, string id)
    {
        var bytes = File.ReadAllBytes(TestFolder.Scan("noise16.png"));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), Crc32.HashToUInt32(bytes.AsSpan(12, 17)));
        Assert.Equal(id, Assert.Throws<InputException>(() => GreyPng.Parse(bytes, "x.png")).ErrorId);
    }

    [Fact]
    public void A_wrong_checksum_is_refused()
    {
        var bytes = File.ReadAllBytes(TestFolder.Scan("noise16.png"));
        bytes[60] ^= 1;
        var fault = Assert.Throws<InputException>(() => GreyPng.Parse(bytes, "x.png"));
        Assert.Contains("checksum of chunk IDAT", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(10,)", ScanErrorIds.ImageShapeInvalid)]
    [InlineData("(1, 2, 3, 4)", ScanErrorIds.ImageShapeInvalid)]
    [InlineData("(0, 4)", ScanErrorIds.ImageShapeInvalid)]
    [InlineData("(5000, 4)", ScanErrorIds.ImageTooLarge)]
    [InlineData("(1000000, 4, 4)", DataErrorIds.Truncated)]
    public void An_array_that_is_no_image_is_refused(string shape, string id)
    {
        var path = _folder.Write("a.npy", NpyBytes.OfShape(shape, 16));
        Assert.Equal(id, Assert.Throws<InputException>(() => CtFile.Read(path, Work).ToArray()).ErrorId);
    }

    [Fact]
    public void Names_keep_what_is_no_extension()
    {
        Assert.Equal("1.2.840.7", CtFile.NameOf("/a/1.2.840.7"));
        Assert.Equal("1.2.840.7", CtFile.NameOf("/a/1.2.840.7.dcm"));
        Assert.Equal("a", CtFile.NameOf("a.npy.gz"));
    }

    [Fact]
    public void A_folder_gives_its_slices_by_name_and_nothing_else()
    {
        File.Copy(TestFolder.Scan("explicit_slope.dcm"), _folder["1.2.3"]);
        File.Copy(TestFolder.Scan("explicit_slope.dcm"), _folder["DICOMDIR"]);
        _folder.Write("notes.txt", "no slice");
        File.Copy(TestFolder.Scan("noise16.png"), _folder["0.png"]);
        Assert.Equal([_folder["0.png"], _folder["1.2.3"]], CtFile.InFolder(_folder["."]).Select(Path.GetFullPath));
    }

    [Fact]
    public void Png_and_npy_hold_what_was_written()
    {
        var slice = CtFile.ReadSingle(TestFolder.Scan("slice_int16.npy"), Work);
        foreach (var format in new[] { CtFormat.Npy, CtFormat.Png })
        {
            var path = _folder["out" + CtFile.ExtensionOf(format)];
            CtFile.Write(path, slice.Values, slice, format, new SliceDerivation("x", "MAR"), overwrite: false);
            Assert.Equal(slice.Values, CtFile.ReadSingle(path, Work).Values);
        }

        Assert.Equal("DicomSourceMissing", Assert.Throws<InputException>(() => CtFile.Write(
            _folder["o.dcm"], slice.Values, slice, CtFormat.Dicom, new SliceDerivation("x", "MAR"), false)).ErrorId);
    }
}
