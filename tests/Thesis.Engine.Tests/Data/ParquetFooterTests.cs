using System.Text;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data;

/// <summary>Footers in Thrift's compact protocol, byte by byte: a field's header is its step and its type, a list's its count and type.</summary>
public sealed class ParquetFooterTests
{
    [Theory]
    [InlineData("duck-columns.parquet")]
    [InlineData("duck-list.parquet")]
    [InlineData("duck-id-uuid.parquet")]
    [InlineData("sharp-float16.parquet")]
    [InlineData("sharp-list-v2.parquet")]
    public void Files_of_two_writers_are_taken(string name)
    {
        using var stream = new MemoryStream(File.ReadAllBytes(TestFolder.Table(name)));
        ParquetFooter.Require(stream, name);
        Assert.Equal(0, stream.Position);
    }

    // version 2; schema with one element named "a"; then a field 30 that no format has: a map of bytes to strings, two booleans, a list.
    [Fact]
    public void Fields_that_the_format_has_not_are_passed_over() => Check(
    [
        0x15, 0x04, 0x19, 0x1C, 0x48, 0x01, (byte)'a', 0x00, 0x0B, 0x3C, 0x02, 0x38, 0x05, 0x01, (byte)'x', 0x06, 0x00, 0x11, 0x12, 0x19, 0x21, 0x01, 0x02,
        0x1D, .. new byte[16], 0x17, .. new byte[8], 0x00,
    ]);

    [Theory]
    [InlineData("of another type than its format's (File, 1)", new byte[] { 0x18, 0x00, 0x00 })]
    [InlineData("of another type than its format's (File, 2)", new byte[] { 0x25, 0x02, 0x00 })]
    [InlineData("of another type than its format's (Element, 4)", new byte[] { 0x29, 0x1C, 0x45, 0x02, 0x00, 0x00 })]
    [InlineData("of another type than its format's (Decimal, 1)", new byte[] { 0x29, 0x1C, 0xAC, 0x5C, 0x13, 0x01, 0x00, 0x00, 0x00, 0x00 })]
    [InlineData("a list of another type", new byte[] { 0x29, 0x15, 0x02, 0x00 })]
    [InlineData("a list of 40 in 2 bytes", new byte[] { 0x29, 0xFC, 0x28, 0x00, 0x00 })]
    [InlineData("ends early", new byte[] { 0x15 })]
    [InlineData("ends early", new byte[] { 0x15, 0x04 })]
    [InlineData("ends early", new byte[] { 0x68, 0x05, (byte)'a', 0x00 })]
    [InlineData("number without an end", new byte[] { 0x15, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x00 })]
    [InlineData("of no type", new byte[] { 0xFE, 0x00, 0x00 })]
    public void What_is_no_footer_is_one_error_with_its_reason(string reason, byte[] footer)
    {
        var fault = Assert.Throws<InputException>(() => Check(footer));
        Assert.Equal(DataErrorIds.ParquetInvalid, fault.ErrorId);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xFC)]
    [InlineData(0xF9)]
    public void Structures_and_lists_nest_64_deep_at_most(byte header)
    {
        byte[] footer = header == 0xFC ? [.. Enumerable.Repeat(header, 80), .. new byte[81]] : [0xF9, .. Enumerable.Repeat((byte)0x19, 80), 0x01, 0x00];
        Assert.Contains("64 deep", Assert.Throws<InputException>(() => Check(footer)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_footer_longer_than_the_file_is_refused_and_what_has_none_is_left_to_the_reader()
    {
        Assert.Contains("longer than the file", Assert.Throws<InputException>(() => Check([0], length: 100)).Message, StringComparison.Ordinal);
        foreach (var text in (string[])["", "PAR1", "PAR1 is no Parquet file"])
        {
            using var stream = new MemoryStream(Encoding.ASCII.GetBytes(text));
            ParquetFooter.Require(stream, "x");
        }
    }

    private static void Check(byte[] footer, int? length = null)
    {
        byte[] file = [.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(length ?? footer.Length), .. "PAR1"u8];
        using var stream = new MemoryStream(file);
        ParquetFooter.Require(stream, "x.parquet");
    }
}
