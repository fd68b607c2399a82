using System.IO.Compression;
using Parquet;
using Parquet.Schema;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data;

public sealed class FeatureFileTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;
    private static readonly float[] Values = [.. Enumerable.Range(0, 12).Select(i => (i - 5) / 8f)];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("float32.npy")]
    [InlineData("float32.npy.gz")]
    [InlineData("stored.npz")]
    [InlineData("compressed.npz")]
    public void Files_of_NumPy_are_read(string name)
    {
        var path = TestFolder.Format(name);
        var set = Read(path);
        Assert.Equal(Values, set.Features.Values);
        Assert.Equal((4, 3), (set.Features.Count, set.Features.Dimension));
    }

    [Fact]
    public void An_npz_brings_its_ids_and_identities()
    {
        var set = Read(TestFolder.Format("stored.npz"));
        Assert.Equal(["10", "11", "12", "13"], set.Ids!);
        Assert.Equal(["Ada", "Ada", "Zoë", "林"], set.Identities!);
        Assert.Equal(["3", "3", "1", "2"], Read(TestFolder.Format("compressed.npz")).Identities!);
    }

    [Fact]
    public void Of_several_matrices_one_must_be_named()
    {
        var path = TestFolder.Format("two.npz");
        Fault(DataErrorIds.NpzEntryAmbiguous, () => Read(path));
        Assert.Equal(Values[0] + 1, Read(path, new FeatureFileOptions { Features = "b" }).Features.Values[0]);
        Fault(DataErrorIds.NpzEntryNotFound, () => Read(path, new FeatureFileOptions { Features = "c" }));
    }

    [Fact]
    public void Hostile_archives_are_refused()
    {
        Fault(DataErrorIds.NpzInvalid, () => Read(_folder.Write("text.npz", "no zip")));
        var array = File.ReadAllBytes(TestFolder.Format("float32.npy"));
        Fault(DataErrorIds.NpzEntryDuplicate, () => Read(Zip("twice.npz", ("a.npy", array), ("A.npy", array))));
        Fault(DataErrorIds.NpzEntryNotFound, () => Read(Zip("none.npz", ("a.txt", array))));
        var pickled = File.ReadAllBytes(TestFolder.Format("object.npy"));
        Assert.Equal(Values, Read(Zip("names.npz", ("names.npy", pickled), ("a.npy", array))).Features.Values);
        Assert.Equal(Values, Read(Zip("dates.npz", ("a.npy", array), ("b.npy", File.ReadAllBytes(TestFolder.Format("structured.npy"))))).Features.Values);
        Fault(DataErrorIds.NpyObjectRefused, () => Read(Zip("pickled.npz", ("a.npy", pickled))));
        Assert.Equal(Values, Read(Zip("up.npz", ("../../up.npy", array))).Features.Values);

        // 64 MiB of zeros behind a small array: not unpacked beyond the array's own shape.
        byte[] bomb = [.. array, .. new byte[1 << 26]];
        Fault(DataErrorIds.TrailingBytes, () => Read(Zip("bomb.npz", ("a.npy", bomb))));

        // A declared length that deflate cannot reach.
        var lying = File.ReadAllBytes(Zip("lying.npz", ("a.npy", NpyBytes.OfShape("(100000, 4)", 48))));
        var directory = lying.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(lying.AsSpan(directory + 24), 0x70000000);
        Fault(DataErrorIds.ArchiveBomb, () => Read(_folder.Write("lying.npz", lying)));
    }

    [Theory]
    [InlineData("1,2\n3,4\n", 2, 2)]
    [InlineData("a,b\n1,2\n3,4\n", 2, 2)]
    [InlineData("0,1,2\n1,2,3\n", 1, 3)]
    [InlineData(",0,1,2\n0,1,2,3\n1,4,5,6\n", 2, 3)]
    [InlineData(",a,b\n0,1,2\n1,3,4\n", 2, 2)]
    [InlineData("Unnamed: 0,a,labels\n0,1,x\n1,3,\n", 2, 1)]
    [InlineData("\uFEFFid,1,2\r\nx,1e-3,-2.5\r\n\r\ny,3,4\r\n", 2, 2)]
    public void The_first_row_is_a_header_when_it_names_the_columns(string text, int count, int dimension)
    {
        var set = Read(_folder.Write("a.csv", text));
        Assert.Equal((count, dimension), (set.Features.Count, set.Features.Dimension));
    }

    [Fact]
    public void A_csv_brings_ids_and_identities_by_custom_or_by_name()
    {
        var path = _folder.Write("a.csv", "Path,f0,Identity,f1,name\n\"a,1.jpg\",1,Ada,2,q\nb.jpg,3,Zoë,4,r\n");
        var set = Read(path);
        Assert.Equal(["a,1.jpg", "b.jpg"], set.Ids!);
        Assert.Equal(["Ada", "Zoë"], set.Identities!);
        Assert.Equal([1, 2, 3, 4], set.Features.Values);
        Assert.Equal(["q", "r"], Read(path, new FeatureFileOptions { Id = "name" }).Ids!);
        Fault(DataErrorIds.ColumnNotFound, () => Read(path, new FeatureFileOptions { Id = "face" }));
    }

    [Theory]
    [InlineData("1,2\n3\n", DataErrorIds.RowRagged, "Line 2")]
    [InlineData("a,b\n1,2\n\n3,4,5\n", DataErrorIds.RowRagged, "Line 4")]
    [InlineData("a,b\n1,2\n3,x\n", DataErrorIds.ValueInvalid, "line 3, column 2")]
    [InlineData("a,b\n1,\n", DataErrorIds.ValueInvalid, "line 2, column 2")]
    [InlineData("1,2\n3,NaN\n", DataErrorIds.NotFinite, "line 2, column 2")]
    [InlineData("1,2\n-Infinity,1\n", DataErrorIds.NotFinite, "line 2, column 1")]
    [InlineData("1,2\n1e39,1\n", DataErrorIds.Overflow, "line 2, column 1")]
    [InlineData("", DataErrorIds.Empty, "no feature")]
    [InlineData("a,b\n", DataErrorIds.Empty, "no feature")]
    [InlineData("id,identity\na,b\n", DataErrorIds.ShapeInvalid, "no column")]
    [InlineData("a,a\n1,2\n", DataErrorIds.ColumnAmbiguous, "'a'")]
    [InlineData("id,a\nx,1\nx,2\n", DataErrorIds.IdDuplicate, "Features 0 and 1")]
    [InlineData("id,a\nx,1\n,2\n", DataErrorIds.IdMissing, "Feature 1")]
    [InlineData("a,b\n1,2\n0,-0\n", DataErrorIds.Zero, "Feature 1")]
    [InlineData("1,,2\n3,4,5\n", DataErrorIds.ValueInvalid, "line 1, column 2")]
    [InlineData("a,b\n\"1,2\n", DataErrorIds.CsvInvalid, "line 2")]
    public void A_fault_of_a_csv_names_its_place(string text, string id, string place)
    {
        var path = _folder.Write("bad.csv", text);
        var fault = Fault(id, () => Read(path));
        Assert.Contains(place, fault.Message, StringComparison.Ordinal);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_of_files_have_ids_of_their_own()
    {
        Fault(DataErrorIds.FileNotFound, () => Read(_folder["none.npy"]));
        Fault(DataErrorIds.FormatUnknown, () => Read(_folder.Write("a.mat", "x")));
        Fault(DataErrorIds.ShapeInvalid, () => Read(TestFolder.Format("people.npy")));
        Fault(DataErrorIds.Empty, () => Read(_folder.Write("e.npy", NpyBytes.OfShape("(0, 3)", 0))));
        Fault(DataErrorIds.ShapeInvalid, () => Read(_folder.Write("e.npy", NpyBytes.OfShape("(3, 0)", 0))));
        Fault(DataErrorIds.FileUnreadable, () => Read(_folder.Write("a.npy.gz", "no gzip")));
        Fault(DataErrorIds.ParquetInvalid, () => Read(_folder.Write("a.parquet", "no parquet")));
        NpyFile.Write<float>(_folder["nan.npy"], new float[] { 1, 2, 3, float.NaN }, 2, 2);
        Assert.Equal(1, Fault(DataErrorIds.NotFinite, () => Read(_folder["nan.npy"])).Target);
    }

    [Fact]
    public void Large_finite_values_are_finite()
    {
        NpyFile.Write<float>(_folder["big.npy"], new float[] { float.MaxValue, float.MaxValue }, 1, 2);
        Assert.Equal(float.MaxValue, Read(_folder["big.npy"]).Features.Values[1]);
    }

    [Fact]
    public async Task Parquet_columns_of_several_row_groups_are_features()
    {
        var token = TestContext.Current.CancellationToken;
        var id = new DataField<string>("id");
        var label = new DataField<int>("label");
        var a = new DataField<float>("a");
        var b = new DataField<double?>("b");
        await using (var stream = File.Create(_folder["a.parquet"]))
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(id, a, label, b), stream, cancellationToken: token))
        {
            for (var g = 0; g < 2; g++)
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync(id, new[] { $"x{g}", $"y{g}" });
                await group.WriteAsync<float>(a, new float[] { g, 1 }, cancellationToken: token);
                await group.WriteAsync<int>(label, new[] { 7, g }, cancellationToken: token);
                await group.WriteAsync<double>(b, new double?[] { 2, 3 }, cancellationToken: token);
                group.CompleteValidate();
            }
        }

        var set = Read(_folder["a.parquet"]);
        Assert.Equal([0, 2, 1, 3, 1, 2, 1, 3], set.Features.Values);
        Assert.Equal(["x0", "y0", "x1", "y1"], set.Ids!);
        Assert.Equal(["7", "0", "7", "1"], set.Identities!);
    }

    [Theory]
    [InlineData(new[] { 0, 1, 1, 0, 1, 1 }, null)]
    [InlineData(new[] { 0, 1, 0, 1, 1, 1 }, DataErrorIds.RowRagged)]
    public async Task Parquet_lists_are_features(int[] levels, string? id)
    {
        var token = TestContext.Current.CancellationToken;
        var list = new ListField("embedding", new DataField<float?>("element"));
        var schema = new ParquetSchema(list);
        await using (var stream = File.Create(_folder["l.parquet"]))
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: token))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<float>(
                (DataField)list.Item, new float?[] { 1, 2, 3, 4, 5, 6 }, levels, cancellationToken: token);
            group.CompleteValidate();
        }

        if (id is not null)
        {
            Assert.Equal(1, Fault(id, () => Read(_folder["l.parquet"])).Target);
            return;
        }

        var features = Read(_folder["l.parquet"]).Features;
        Assert.Equal((2, 3), (features.Count, features.Dimension));
        Assert.Equal([1, 2, 3, 4, 5, 6], features.Values);
    }

    [Theory]
    [InlineData("a.txt", "Ada\nBob\n\u6797\n")]
    [InlineData("a.txt", "Ada\r\nBob\r\n\u6797")]
    [InlineData("a.csv", "id,label\n1,Ada\n2,Bob\n3,\u6797\n")]
    [InlineData("a.csv", "Ada\nBob\n\u6797\n")]
    public void Identities_are_read_from_text(string name, string text)
    {
        var path = _folder.Write(name, text);
        Assert.Equal(["Ada", "Bob", "林"], IdentityFile.Read(path, 3, Work));
        var fault = Fault(DataErrorIds.IdentityCountMismatch, () => IdentityFile.Read(path, 5, Work));
        Assert.Contains("3 identities for 5 features", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Identities_are_read_from_arrays()
    {
        Assert.Equal(["3", "3", "1", "2"], IdentityFile.Read(TestFolder.Format("labels.npy"), 4, Work));
        Assert.Equal(["Ada", "Ada", "Zoë", "林"], IdentityFile.Read(TestFolder.Format("stored.npz"), 4, Work));
        var path = _folder["n.npy"];
        NpyFile.Write<byte>(path, new byte[] { 7, 200 }, 2);
        Assert.Equal(["7", "200"], IdentityFile.Read(path, 2, Work));
        path = _folder.Write("i.txt", "Ada\n\nBob\n");
        Assert.Equal(["Ada", "", "Bob"], IdentityFile.Read(path, 3, Work));
        path = _folder.Write("i.txt", [0x41, 0x0A, 0xFF, 0xFE, 0x0A]);
        Fault(DataErrorIds.CsvInvalid, () => IdentityFile.Read(path, 2, Work));
    }

    private static FeatureSet Read(string path, FeatureFileOptions? options = null) =>
        FeatureFile.Read(path, options ?? FeatureFileOptions.Default, Work);

    private string Zip(string name, params (string Name, byte[] Content)[] entries)
    {
        using (var archive = ZipFile.Open(_folder[name], ZipArchiveMode.Create))
        {
            foreach (var (entry, content) in entries)
            {
                using var stream = archive.CreateEntry(entry).Open();
                stream.Write(content);
            }
        }

        return _folder[name];
    }

    private static InputException Fault(string id, Func<object> read)
    {
        var fault = Assert.Throws<InputException>(read);
        Assert.Equal(id, fault.ErrorId);
        return fault;
    }
}
