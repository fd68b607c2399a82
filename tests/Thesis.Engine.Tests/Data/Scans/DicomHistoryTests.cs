using System.Text;
using Thesis.Engine.Data;
using Xunit;

namespace Thesis.Engine.Tests.Data.Scans;

/// <summary>What a derived image says of where it comes from.</summary>
public sealed class DicomHistoryTests
{
    private static readonly SliceDerivation Reduction = new("Reduced", "MAR NMAR", "Nothing reduced");

    static DicomHistoryTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("ISO_IR 144", "iso-8859-5", "Грудная клетка после операции, тонкие срезы, мягкие ткани, контраст ")]
    [InlineData("ISO_IR 192", "utf-8", "胸部薄层扫描，软组织窗，金属植入物，对比剂后，重建核，第二次扫描，患者仰卧位，屏气，增强扫描，动脉期，静脉期，延迟期，重复采集，补充说明")]
    [InlineData("GB18030", "gb18030", "胸部薄层扫描，软组织窗，金属植入物，对比剂后，重建核，第二次扫描，患者仰卧位，屏气，增强扫描，动脉期，静脉期，延迟期，重复采集，补充说明")]
    [InlineData("ISO_IR 100", "iso-8859-1", "Schädel dünn, über alles, mit größerem Feld, nach Kontrastmittel, zweimal gemessen")]
    public void A_long_series_description_is_cut_between_characters(string set, string encoding, string text)
    {
        var coding = Encoding.GetEncoding(encoding, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        var series = Derive(Reduction, (DicomTag.CharacterSet, Ascii(set)), (DicomTag.SeriesDescription, coding.GetBytes(text)))
            .Find(DicomTag.SeriesDescription)!.Value;
        var written = coding.GetString(series.Span).TrimEnd();
        Assert.InRange(written.Length, 55, 64);
        Assert.EndsWith(" MAR NMAR", written, StringComparison.Ordinal);
        Assert.StartsWith(written[..^9], text, StringComparison.Ordinal);
        Assert.Equal(0, series.Length % 2);
    }

    // ISO 2022: the two-byte set is left by the escape sequence of ASCII, also where the text is cut within it.
    [Fact]
    public void A_cut_within_a_two_byte_set_goes_back_to_ASCII()
    {
        byte[] kanji = [0x1B, (byte)'$', (byte)'B', .. Enumerable.Repeat<byte[]>([0x3B, 0x33], 70).SelectMany(pair => pair), 0x1B, (byte)'(', (byte)'B'];
        var cut = DicomText.Cut(kanji, "\\ISO 2022 IR 87", 55);
        Assert.Equal([0x1B, (byte)'(', (byte)'B'], cut[^3..]);
        Assert.Equal(3 + (2 * 55) + 3, cut.Length);
        Assert.Equal(kanji, DicomText.Cut(kanji, "\\ISO 2022 IR 87", 70));
        byte[] korean = [0x1B, (byte)'$', (byte)')', (byte)'C', 0xB1, 0xE8, (byte)'a', 0xC8, 0xF1];
        Assert.Equal(korean[..7], DicomText.Cut(korean, "\\ISO 2022 IR 149", 2));
        Assert.Equal(korean[..6], DicomText.Cut(korean, "\\ISO 2022 IR 149", 1));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_cut_too()
    {
        var random = new Thesis.Engine.Runtime.SeededRandom(11L);
        foreach (var sets in new[] { null, "", "ISO_IR 192", "GB18030", "GBK", "\\ISO 2022 IR 87", "ISO 2022 IR 149" })
        {
            for (var i = 0; i < 500; i++)
            {
                var bytes = new byte[random.NextInt32(40)];
                for (var j = 0; j < bytes.Length; j++) bytes[j] = random.NextInt32(4) == 0 ? (byte)0x1B : (byte)random.NextInt32(256);
                var cut = DicomText.Cut(bytes, sets, random.NextInt32(30));
                Assert.InRange(cut.Length, 0, bytes.Length + 3);
            }
        }
    }

    [Fact]
    public void What_was_done_before_stays_before_what_was_done_now()
    {
        var code = DicomItem.OfCode(true, "113072", "DCM", "Multiplanar reformatting")
            .ToSequence(DicomTag.DerivationCodeSequence, "SQ");
        var data = Derive(Reduction, (DicomTag.DerivationDescription, Ascii("Smoothed")), (code.Tag, code.Value.ToArray()));
        Assert.Equal("Smoothed; Reduced", data.Text(DicomTag.DerivationDescription));
        var codes = Encoding.Latin1.GetString(data.Find(DicomTag.DerivationCodeSequence)!.Value.Span);
        Assert.True(codes.IndexOf("113072", StringComparison.Ordinal) < codes.IndexOf("113962", StringComparison.Ordinal));
        Assert.Contains("Processing Equipment", Encoding.Latin1.GetString(data.Find(DicomTag.EquipmentSequence)!.Value.Span), StringComparison.Ordinal);

        var long1 = Derive(Reduction, (DicomTag.DerivationDescription, Ascii(new string('x', 1024))));
        Assert.Equal(1024, long1.Text(DicomTag.DerivationDescription)!.Length);
        Assert.EndsWith("; Reduced", long1.Text(DicomTag.DerivationDescription), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_longer_true_is_left_out()
    {
        var data = Derive(
            Reduction, (DicomTag.IconImageSequence, []), (DicomTag.LargestPixelInSeries, [0, 1]), (DicomTag.HistogramSequence, []),
            (DicomTag.SeriesNumber, Ascii("3 ")));
        Assert.Null(data.Find(DicomTag.IconImageSequence));
        Assert.Null(data.Find(DicomTag.LargestPixelInSeries));
        Assert.Null(data.Find(DicomTag.HistogramSequence));
        Assert.InRange(data.Integer(DicomTag.SeriesNumber)!.Value, 3001, 3999);
    }

    [Fact]
    public void A_slice_without_a_change_says_so_and_keeps_its_bits()
    {
        var image = Image();
        var same = DicomDerivation.Create(image, image.ToHounsfield(), Reduction);
        Assert.Equal("Nothing reduced", same.Data.Text(DicomTag.DerivationDescription));
        Assert.Equal(image.Words.ToArray(), same.Data.Find(DicomTag.PixelData)!.Value.ToArray());
        var other = image.ToHounsfield();
        other[0] += 5;
        other[5] += 5;
        var changed = DicomDerivation.Create(image, other, Reduction).Data;
        Assert.Equal("Reduced", changed.Text(DicomTag.DerivationDescription));
        Assert.Equal(same.Data.Text(DicomTag.SeriesInstance), changed.Text(DicomTag.SeriesInstance));
        Assert.Equal(same.Data.Text(DicomTag.SeriesNumber), changed.Text(DicomTag.SeriesNumber));
    }

    [Fact]
    public void Slices_that_differ_in_what_was_found_stay_one_series()
    {
        var image = Image();
        string Series(string description) => DicomDerivation.Create(
            image, image.ToHounsfield(), new SliceDerivation(description, "MAR") { Series = "auto" })
            .Data.RequiredText(DicomTag.SeriesInstance);
        Assert.Equal(Series("above 2100 HU"), Series("above 2250 HU"));
    }

    private static DicomCtImage Image() => DicomCtImage.From(DicomFile.Read(TestFolder.Scan("explicit_signed16.dcm")));

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + " ");

    private static DicomDataset Derive(SliceDerivation derivation, params (DicomTag Tag, byte[] Value)[] changes)
    {
        var file = Image().File;
        var data = file.Data.With(
            changes.Select(change => new DicomElement(change.Tag, change.Tag.Group == 0x88 || change.Tag.Group == 0x60 ? "SQ" : "LO", change.Value)),
            _ => false);
        var image = DicomCtImage.From(file with { Data = data });
        var values = image.ToHounsfield();
        values[5] += 100;
        return DicomDerivation.Create(image, values, derivation).Data;
    }
}
