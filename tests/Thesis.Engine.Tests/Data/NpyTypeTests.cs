using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data;

/// <summary>Numbers of every kind and order, as NumPy reads them (tests/data/formats/make.py).</summary>
public sealed class NpyTypeTests
{
    [Fact]
    public void Numbers_of_every_type_and_order_are_read_as_NumPy_reads_them()
    {
        var cases = JsonSerializer.Deserialize<Case[]>(File.ReadAllText(TestFolder.Format("types.json")))!;
        Assert.True(cases.Length > 100);
        foreach (var item in cases)
        {
            var array = NpyFile.Read(new MemoryStream(item.File), item.File.Length, item.Descriptor, WorkContext.Default);
            Assert.Equal(item.Shape, array.Shape);
            Assert.Equal(item.Values, array.Data.Cast<object>().Select(ToDouble));
            Assert.Equal(Array.ConvertAll(item.Values, value => (float)value), Images(item));
        }
    }

    [Fact]
    public void Unsigned_labels_stay_unsigned()
    {
        byte[] labels = [0xFF, 0xFE, 0x00, 0x01];
        foreach (var (descriptor, expected) in new[] { ("<u2", "65279 256"), (">u2", "65534 1"), ("|u1", "255 254 0 1") })
        {
            var shape = descriptor == "|u1" ? "(4,)" : "(2,)";
            byte[] bytes = [.. NpyBytes.OfShape(shape, 0, descriptor), .. labels];
            var array = NpyFile.Read(new MemoryStream(bytes), bytes.Length, "x.npy", WorkContext.Default);
            Assert.Equal(expected, string.Join(' ', array.ToText()));
        }
    }

    [Theory]
    [InlineData("|i2")]
    [InlineData("<i3")]
    [InlineData(">c8")]
    [InlineData("<")]
    [InlineData("")]
    [InlineData("<>f4")]
    [InlineData(">M8[ns]")]
    public void Other_types_are_refused_by_name(string descriptor) => Assert.Equal(
        DataErrorIds.NpyTypeUnsupported,
        Assert.Throws<InputException>(() => NpyElement.Parse(descriptor, "x.npy")).ErrorId);

    [Fact]
    public void Text_is_read_in_both_orders()
    {
        byte[] big = [0, 0, 0, (byte)'A', 0, 0, 0x67, 0x97];
        var bytes = (byte[])[.. NpyBytes.OfShape("(1,)", 0, ">U2"), .. big];
        Assert.Equal(["A\u6797"], NpyFile.Read(new MemoryStream(bytes), bytes.Length, "x.npy", WorkContext.Default).ToText());
    }

    [Fact]
    public void A_stack_in_Fortran_order_that_is_cut_is_truncated()
    {
        var item = JsonSerializer.Deserialize<Case[]>(File.ReadAllText(TestFolder.Format("types.json")))!
            .First(one => one.Fortran && one.Shape.Length == 3);
        var cut = item.File[..^1];
        using var images = NpyImages.Open(new MemoryStream(cut), long.MaxValue, "x.npy");
        Assert.Equal(DataErrorIds.Truncated, Assert.Throws<InputException>(images.Next).ErrorId);
    }

    private static double ToDouble(object value) =>
        value is Half half ? (double)half : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static float[] Images(Case item)
    {
        using var images = NpyImages.Open(new MemoryStream(item.File), item.File.Length, item.Descriptor);
        return [.. Enumerable.Range(0, images.Count).SelectMany(_ => images.Next())];
    }

    private sealed record Case(
        [property: JsonPropertyName("descr")] string Descriptor,
        [property: JsonPropertyName("shape")] int[] Shape,
        [property: JsonPropertyName("fortran")] bool Fortran,
        [property: JsonPropertyName("file")] byte[] File,
        [property: JsonPropertyName("values")] double[] Values);
}
