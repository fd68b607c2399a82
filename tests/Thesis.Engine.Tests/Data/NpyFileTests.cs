using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data;

public sealed class NpyFileTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;
    private static readonly float[] Values = [.. Enumerable.Range(0, 12).Select(i => (i - 5) / 8f)];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("float16.npy")]
    [InlineData("float32.npy")]
    [InlineData("float64.npy")]
    [InlineData("big_endian.npy")]
    [InlineData("fortran.npy")]
    [InlineData("version1.npy")]
    [InlineData("version2.npy")]
    [InlineData("version3.npy")]
    public void Arrays_of_NumPy_are_read(string name)
    {
        var array = NpyFile.Read(TestFolder.Format(name), Work);
        Assert.Equal([4, 3], array.Shape);
        Assert.Equal(Values, array.ToSingle());
    }

    [Theory]
    [InlineData("int32.npy")]
    [InlineData("int64.npy")]
    public void Whole_numbers_are_no_features(string name) =>
        Fault(DataErrorIds.NpyTypeUnsupported, () => NpyFile.Read(TestFolder.Format(name), Work).ToSingle());

    [Theory]
    [InlineData("object.npy", DataErrorIds.NpyObjectRefused)]
    [InlineData("structured.npy", DataErrorIds.NpyTypeUnsupported)]
    public void Types_that_are_not_read_are_refused_by_name(string name, string id) =>
        Fault(id, () => NpyFile.Read(TestFolder.Format(name), Work));

    [Fact]
    public void What_is_written_is_byte_for_byte_what_NumPy_writes()
    {
        NpyFile.Write<float>(_folder["a.npy"], Values, 4, 3);
        Assert.Equal(File.ReadAllBytes(TestFolder.Format("float32.npy")), File.ReadAllBytes(_folder["a.npy"]));
        NpyFile.Write<double>(_folder["b.npy"], Array.ConvertAll(Values, v => (double)v), 4, 3);
        Assert.Equal(File.ReadAllBytes(TestFolder.Format("float64.npy")), File.ReadAllBytes(_folder["b.npy"]));
        NpyFile.Write<int>(_folder["c.npy"], Enumerable.Range(-5, 12).ToArray(), 4, 3);
        Assert.Equal(File.ReadAllBytes(TestFolder.Format("int32.npy")), File.ReadAllBytes(_folder["c.npy"]));
    }

    [Fact]
    public void A_file_cut_anywhere_is_truncated()
    {
        var whole = File.ReadAllBytes(TestFolder.Format("float32.npy"));
        for (var length = 0; length < whole.Length; length++)
        {
            var cut = whole[..length];
            Fault(DataErrorIds.Truncated, () => Read(cut));
        }
    }

    [Theory]
    [InlineData("(4611686018427387904, 4)", DataErrorIds.CountTooLarge)]
    [InlineData("(65536, 65536)", DataErrorIds.CountTooLarge)]
    [InlineData("(4294967296, 4294967296)", DataErrorIds.CountTooLarge)]
    [InlineData("(99999999999999999999, 1)", DataErrorIds.NpyShapeInvalid)]
    [InlineData("(-1, 3)", DataErrorIds.NpyShapeInvalid)]
    [InlineData("(500000000, 4)", DataErrorIds.Truncated)]
    [InlineData("(4, 4)", DataErrorIds.Truncated)]
    [InlineData("(2, 3)", DataErrorIds.TrailingBytes)]
    [InlineData("(0, 3)", DataErrorIds.TrailingBytes)]
    [InlineData("(4 3)", DataErrorIds.NpyHeaderInvalid)]
    [InlineData("(12)", DataErrorIds.NpyHeaderInvalid)]
    [InlineData("(4.0, 3)", DataErrorIds.NpyHeaderInvalid)]
    [InlineData("[4, 3]", DataErrorIds.NpyHeaderInvalid)]
    [InlineData("__import__('os')", DataErrorIds.NpyHeaderInvalid)]
    public void A_lying_shape_costs_nothing_and_is_named(string shape, string id)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Fault(id, () => Read(NpyBytes.OfShape(shape, 48)));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False}")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (4, 3)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (4, 3)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), 'x': 1}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3)} + 1")]
    [InlineData("{'descr': '<f4")]
    [InlineData("{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (4, 3)}")]
    [InlineData("")]
    public void A_header_that_is_not_the_literal_is_refused(string header) =>
        Fault(DataErrorIds.NpyHeaderInvalid, () => Read(NpyBytes.Build(header, 48)));

    [Fact]
    public void A_header_of_any_length_is_refused_before_it_is_read() =>
        Fault(DataErrorIds.NpyHeaderInvalid, () => Read(NpyBytes.Build("{", 48, version: 2, lengthField: uint.MaxValue)));

    [Theory]
    [InlineData(0, (byte)'X')]
    [InlineData(6, 9)]
    [InlineData(7, 1)]
    public void A_wrong_magic_or_version_is_refused(int position, byte value)
    {
        var bytes = File.ReadAllBytes(TestFolder.Format("float32.npy"));
        bytes[position] = value;
        Fault(DataErrorIds.NpyHeaderInvalid, () => Read(bytes));
    }

    [Theory]
    [InlineData("<U0")]
    [InlineData("<U99999999")]
    [InlineData("<c8")]
    public void Types_without_bytes_or_beyond_bounds_are_refused(string descriptor) => Fault(
        DataErrorIds.NpyTypeUnsupported, () => Read(NpyBytes.OfShape("(2000000000,)", 0, descriptor)));

    [Fact]
    public void A_double_beyond_float32_is_named_by_its_row()
    {
        double[] values = [1, 2, 3, 4, 5, -1e300];
        NpyFile.Write<double>(_folder["d.npy"], values, 3, 2);
        var fault = Fault(DataErrorIds.Overflow, () => NpyFile.Read(_folder["d.npy"], Work).ToSingle());
        Assert.Equal(2, fault.Target);
    }

    [Fact]
    public void Text_and_whole_numbers_are_identities()
    {
        Assert.Equal(["Ada", "Ada", "Zoë", "林"], NpyFile.Read(TestFolder.Format("people.npy"), Work).ToText());
        Assert.Equal(["3", "3", "1", "2"], NpyFile.Read(TestFolder.Format("labels.npy"), Work).ToText());
        Fault(DataErrorIds.IdentityInvalid, () => NpyFile.Read(TestFolder.Format("int32.npy"), Work).ToText());
    }

    private static NpyArray Read(byte[] bytes) => NpyFile.Read(new MemoryStream(bytes), bytes.Length, "x.npy", Work);

    private static InputException Fault(string id, Func<object> read)
    {
        var fault = Assert.Throws<InputException>(read);
        Assert.Equal(id, fault.ErrorId);
        return fault;
    }
}
