using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data.Scans;

public sealed class DicomFileTests
{
    [Theory]
    [InlineData("explicit_signed16")]
    [InlineData("implicit_unsigned12")]
    [InlineData("explicit_slope")]
    [InlineData("implicit_signed12")]
    public void Hounsfield_units_are_pydicoms(string name)
    {
        var expected = JsonSerializer.Deserialize<Dictionary<string, double[]>>(
            File.ReadAllText(TestFolder.Scan("expected.json")))![name];
        var image = DicomCtImage.From(DicomFile.Read(TestFolder.Scan(name + ".dcm")));
        Assert.Equal((10, 12), (image.Rows, image.Columns));
        Assert.Equal(expected, image.ToHounsfield().Select(value => (double)value));
    }

    [Theory]
    [InlineData("dcmtk_undefined.dcm")]
    [InlineData("dcmtk_implicit.dcm")]
    public void What_dcmtk_rewrites_has_the_same_pixels(string name)
    {
        var source = DicomCtImage.From(DicomFile.Read(TestFolder.Scan("explicit_signed16.dcm")));
        Assert.Equal(source.ToHounsfield(), DicomCtImage.From(DicomFile.Read(TestFolder.Scan(name))).ToHounsfield());
    }

    [Theory]
    [InlineData("explicit_signed16.dcm")]
    [InlineData("implicit_signed12.dcm")]
    [InlineData("dcmtk_undefined.dcm")]
    public void A_file_is_written_back_with_every_byte_of_its_data_set(string name)
    {
        var bytes = File.ReadAllBytes(TestFolder.Scan(name));
        var written = new MemoryStream();
        DicomFile.Parse(bytes, name).Write(written);
        Assert.Equal(DataSet(bytes), DataSet(written.ToArray()));
    }

    [Theory]
    [InlineData("rle.dcm", "implicit_unsigned12.dcm")]
    [InlineData("jpeg_lossless.dcm", "implicit_unsigned12.dcm")]
    [InlineData("rle_signed16.dcm", "explicit_signed16.dcm")]
    [InlineData("jpeg_signed16.dcm", "explicit_signed16.dcm")]
    [InlineData("deflated.dcm", "explicit_signed16.dcm")]
    public void What_was_compressed_without_loss_has_the_same_pixels(string name, string source) => Assert.Equal(
        Read(File.ReadAllBytes(TestFolder.Scan(source))), Read(File.ReadAllBytes(TestFolder.Scan(name))));

    [Theory]
    [InlineData("1.2.840.10008.1.2.2", "Explicit VR Big Endian")]
    [InlineData("1.2.840.10008.1.2.4.50", "JPEG Baseline")]
    [InlineData("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless")]
    [InlineData("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless")]
    [InlineData("1.2.3", "an unknown transfer syntax")]
    public void Other_syntaxes_are_refused_by_name_and_uid(string uid, string syntax)
    {
        var fault = Assert.Throws<InputException>(() => DicomSyntax.Find(uid, "x.dcm"));
        Assert.Equal((ScanErrorIds.DicomSyntaxUnsupported, FaultKind.NotSupported), (fault.ErrorId, fault.Kind));
        Assert.Contains($"{syntax} ({uid})", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_predictor_that_the_decoder_gets_wrong_is_refused_by_its_number()
    {
        var fault = Fault(ScanErrorIds.DicomPixelDataInvalid, File.ReadAllBytes(TestFolder.Scan("jpeg_predictor7.dcm")));
        Assert.Contains("selection value 7", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_behind_the_pixels_are_no_reason_to_refuse()
    {
        var whole = File.ReadAllBytes(TestFolder.Scan("explicit_signed16.dcm"));
        var expected = Read(whole);
        Assert.Equal(expected, Read([.. whole, 0, 0]));
        Assert.Equal(expected, Read([.. whole, .. new byte[512]]));
        Assert.Equal(expected, Read([.. whole, 7, 7]));
        var file = DicomFile.Read(TestFolder.Scan("explicit_signed16.dcm"));
        byte[] Longer(int more) => With(0x7FE0, 0x0010, [.. file.Data.Find(DicomTag.PixelData)!.Value.Span, .. new byte[more]]);
        Assert.Equal(expected, Read(Longer(2)));
        Fault(ScanErrorIds.DicomPixelDataInvalid, Longer(2 * 12));
    }

    [Theory]
    [InlineData("ORIGINAL\\PRIMARY\\LOCALIZER ", "", "", ScanErrorIds.DicomLocalizer, "LOCALIZER")]
    [InlineData("DERIVED\\SECONDARY\\OTHER\\CSA MIP", "", "", ScanErrorIds.DicomPlaneUnsupported, "CSA MIP")]
    [InlineData("ORIGINAL\\PRIMARY\\AXIAL ", "0\\1\\0\\0\\0\\-1", "", ScanErrorIds.DicomPlaneUnsupported, "sagittal")]
    [InlineData("ORIGINAL\\PRIMARY\\AXIAL ", "1\\0\\0\\0\\0\\-1", "", ScanErrorIds.DicomPlaneUnsupported, "coronal")]
    [InlineData("ORIGINAL\\PRIMARY\\AXIAL ", "1\\0\\0\\0\\.70710678\\.70710678", "", ScanErrorIds.DicomPlaneUnsupported, "oblique")]
    [InlineData("ORIGINAL\\PRIMARY\\AXIAL ", "1\\0\\0\\0\\.9396926\\-.3420201", "0 ", ScanErrorIds.DicomPlaneUnsupported, "20 degrees")]
    [InlineData("ORIGINAL\\PRIMARY\\AXIAL ", "1\\0\\0\\1\\0\\0 ", "", ScanErrorIds.DicomElementInvalid, "unit vectors")]
    public void What_lies_in_no_plane_of_the_gantry_is_refused(
        string type, string orientation, string tilt, string id, string reason)
    {
        var fault = Fault(id, With(
            (DicomTag.ImageType, type), (DicomTag.ImageOrientation, orientation), (DicomTag.GantryTilt, tilt)));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1\\0\\0\\0\\1\\0 ", "")]
    [InlineData("-1\\0\\0\\0\\1\\0", "0 ")]
    [InlineData("0\\1\\0\\1\\0\\0 ", "")]
    [InlineData("1\\0\\0\\0\\.9396926\\-.3420201", "20")]
    [InlineData("1\\0\\0\\0\\.9396926\\-.3420201", "-20 ")]
    [InlineData("1\\0\\0\\0\\.9396926\\-.3420201", "")]
    public void Every_way_to_lie_in_the_gantry_is_read(string orientation, string tilt) => Assert.Equal(
        120, Read(With((DicomTag.ImageOrientation, orientation), (DicomTag.GantryTilt, tilt))).Length);

    [Fact]
    public void Empty_values_and_tables_are_named_as_such()
    {
        var empty = Fault(ScanErrorIds.DicomElementMissing, With((DicomTag.RescaleSlope, "")));
        Assert.Contains("no value in the element RescaleSlope (0028,1053)", empty.Message, StringComparison.Ordinal);
        var file = DicomFile.Read(TestFolder.Scan("explicit_signed16.dcm"));
        var table = new DicomElement(DicomTag.ModalityLutSequence, "SQ", Array.Empty<byte>());
        using var stream = new MemoryStream();
        (file with { Data = file.Data.With([table], _ => false) }).Write(stream);
        Fault(ScanErrorIds.DicomModalityLutUnsupported, stream.ToArray());
    }

    [Fact]
    public void A_file_without_preamble_is_no_DICOM() =>
        Fault(ScanErrorIds.DicomPreambleMissing, File.ReadAllBytes(TestFolder.Scan("noise16.npy")));

    [Fact]
    public void A_file_cut_anywhere_is_refused_with_one_error()
    {
        var whole = File.ReadAllBytes(TestFolder.Scan("explicit_signed16.dcm"));
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole[..length];
            Assert.Throws<InputException>(() => Read(cut));
        }
    }

    [Fact]
    public void A_length_beyond_the_file_is_named_with_its_place_and_costs_nothing()
    {
        var bytes = DicomBytes.File(DicomBytes.Element(0x0008, 0x0008, "UN", 0x7FFFFFFF));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Fault(ScanErrorIds.DicomTruncated, bytes);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 16);
        Assert.Contains("(0008,0008) 2147483647 bytes, and 0 follow (byte ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_that_nest_without_end_are_refused()
    {
        var nested = Enumerable.Range(0, 100_000).SelectMany(_ => DicomBytes.OpenSequence).ToArray();
        Fault(ScanErrorIds.DicomSequenceTooDeep, DicomBytes.File(nested));
    }

    [Fact]
    public void A_sequence_that_does_not_end_is_truncated() =>
        Fault(ScanErrorIds.DicomTruncated, DicomBytes.File(DicomBytes.OpenSequence));

    [Fact]
    public void A_type_that_does_not_exist_is_named()
    {
        var fault = Fault(ScanErrorIds.DicomVrInvalid, DicomBytes.File(DicomBytes.Element(0x0008, 0x0008, "Q?", 0)));
        Assert.Contains("'Q?'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_sequences_may_have_no_length() => Fault(
        ScanErrorIds.DicomElementInvalid, DicomBytes.File(DicomBytes.Element(0x0008, 0x0008, "OB", uint.MaxValue)));

    [Fact]
    public void Elements_out_of_order_are_refused() => Fault(
        ScanErrorIds.DicomElementInvalid,
        DicomBytes.File([.. DicomBytes.Element(0x0010, 0x0010, "UN", 0), .. DicomBytes.Element(0x0008, 0x0008, "UN", 0)]));

    [Fact]
    public void More_elements_than_any_image_has_are_refused()
    {
        var many = Enumerable.Range(0, DicomFile.MaximumElements + 1).SelectMany(
            i => DicomBytes.Element((ushort)(0x0011 + (2 * (i >> 15))), (ushort)(i & 0x7FFF), "UN", 0)).ToArray();
        Fault(ScanErrorIds.DicomTooLarge, DicomBytes.File(many));
    }

    [Theory]
    [InlineData(0x0028, 0x0010, 65535, ScanErrorIds.DicomTooLarge)]
    [InlineData(0x0028, 0x0011, 0, ScanErrorIds.DicomTooLarge)]
    [InlineData(0x0028, 0x0010, 9, ScanErrorIds.DicomPixelDataInvalid)]
    [InlineData(0x0028, 0x0010, 4096, ScanErrorIds.DicomPixelDataInvalid)]
    [InlineData(0x0028, 0x0002, 3, ScanErrorIds.DicomNotCtImage)]
    [InlineData(0x0028, 0x0100, 8, ScanErrorIds.DicomPixelDataInvalid)]
    [InlineData(0x0028, 0x0101, 17, ScanErrorIds.DicomPixelDataInvalid)]
    [InlineData(0x0028, 0x0102, 11, ScanErrorIds.DicomPixelDataInvalid)]
    [InlineData(0x0028, 0x0103, 2, ScanErrorIds.DicomPixelDataInvalid)]
    public void Impossible_dimensions_and_bits_are_refused(int group, int element, int value, string id)
    {
        var word = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(word, (ushort)value);
        Fault(id, With(group, element, word));
    }

    [Theory]
    [InlineData(0x0008, 0x0016, "1.2.840.10008.5.1.4.1.1.4\0", ScanErrorIds.DicomNotCtImage)]
    [InlineData(0x0008, 0x0060, "MR", ScanErrorIds.DicomNotCtImage)]
    [InlineData(0x0028, 0x0004, "RGB ", ScanErrorIds.DicomNotCtImage)]
    [InlineData(0x0028, 0x0008, "2 ", ScanErrorIds.DicomNotCtImage)]
    [InlineData(0x0028, 0x1054, "US", ScanErrorIds.DicomNotCtImage)]
    [InlineData(0x0028, 0x1053, "0 ", ScanErrorIds.DicomPixelDataInvalid)]
    [InlineData(0x0028, 0x1053, "nan ", ScanErrorIds.DicomElementInvalid)]
    [InlineData(0x0028, 0x1052, "1e999 ", ScanErrorIds.DicomElementInvalid)]
    [InlineData(0x0028, 0x1052, "", ScanErrorIds.DicomElementMissing)]
    public void What_is_no_CT_image_in_HU_is_refused(int group, int element, string value, string id) =>
        Fault(id, With(group, element, Encoding.ASCII.GetBytes(value)));

    [Theory]
    [InlineData("0.75\\1.5 ", ScanErrorIds.PixelsNotSquare)]
    [InlineData("0.75\\wide", ScanErrorIds.DicomElementInvalid)]
    public void Pixels_that_are_not_square_are_refused(string spacing, string id) =>
        Fault(id, With(0x0028, 0x0030, Encoding.ASCII.GetBytes(spacing)));

    // A pixel of 2,800 HU is no metal where the file says that it is padding; in DICOM it stays as it is.
    [Fact]
    public void Padding_lies_outside_the_body_whatever_its_value()
    {
        const short padding = 2800;
        var source = DicomCtImage.From(DicomFile.Read(TestFolder.Scan("explicit_signed16.dcm")));
        var pixels = source.Words.ToArray();
        BinaryPrimitives.WriteInt16LittleEndian(pixels, padding);
        var word = new byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(word, padding);
        var padded = DicomCtImage.From(source.File with
        {
            Data = source.File.Data.With(
                [
                    new DicomElement(DicomTag.PixelData, "OW", pixels),
                    source.File.Data.Find(DicomTag.PixelPadding)! with { Value = word },
                ],
                tag => tag == DicomTag.PixelPaddingLimit),
        });
        Assert.Equal(-1024, padded.ToHounsfield()[0]);
        Assert.Equal(source.ToHounsfield()[1..3], padded.ToHounsfield()[1..3]);
        var derived = DicomCtImage.From(DicomDerivation.Create(padded, padded.ToHounsfield(), new SliceDerivation("x", "MAR")));
        Assert.Equal(padding, BinaryPrimitives.ReadInt16LittleEndian(derived.Words));
    }

    [Fact]
    public void An_empty_padding_is_none()
    {
        var image = DicomCtImage.From(DicomFile.Parse(With(0x0028, 0x0120, []), "x.dcm"));
        Assert.Equal(120, image.ToHounsfield().Length);
    }

    private static byte[] With(params (DicomTag Tag, string Text)[] texts)
    {
        var file = DicomFile.Read(TestFolder.Scan("explicit_signed16.dcm"));
        using var stream = new MemoryStream();
        var changed = texts.Select(text => DicomWriter.TextElement(text.Tag, "DS", text.Text));
        (file with { Data = file.Data.With(changed, _ => false) }).Write(stream);
        return stream.ToArray();
    }

    private static byte[] With(int group, int element, byte[] value)
    {
        var file = DicomFile.Read(TestFolder.Scan("explicit_signed16.dcm"));
        var tag = new DicomTag((ushort)group, (ushort)element);
        var changed = new DicomElement(tag, file.Data.Find(tag)?.Vr ?? "IS", value);
        using var stream = new MemoryStream();
        (file with { Data = file.Data.With([changed], _ => false) }).Write(stream);
        return stream.ToArray();
    }

    private static byte[] DataSet(byte[] file)
    {
        const int firstOfMeta = 132;
        var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(firstOfMeta + 8));
        return file[(firstOfMeta + 12 + length)..];
    }

    private static float[] Read(byte[] bytes) => DicomCtImage.From(DicomFile.Parse(bytes, "x.dcm")).ToHounsfield();

    private static InputException Fault(string id, byte[] bytes)
    {
        var fault = Assert.Throws<InputException>(() => Read(bytes));
        Assert.Equal(id, fault.ErrorId);
        Assert.Contains("'x.dcm'", fault.Message, StringComparison.Ordinal);
        return fault;
    }
}
