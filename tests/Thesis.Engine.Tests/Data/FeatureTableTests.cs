using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data;

/// <summary>Tables as pandas, DuckDB and ParquetSharp write them, with columns that are no features.</summary>
public sealed class FeatureTableTests : IDisposable
{
    private static readonly float[] Values = [.. Enumerable.Range(-20, 48).Select(i => i / 8f)];

    private readonly TestFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("columns.csv", "f0 .. f11 (12); not det_score, age, album, box_0, box_1")]
    [InlineData("index.csv", "f0 .. f11 (12); not det_score, age, album, box_0, box_1")]
    [InlineData("arrays.csv", "embedding; not det_score, age, album")]
    [InlineData("lists.csv", "embedding; not det_score, age, album")]
    public void Features_among_other_columns_are_found_and_the_others_are_kept(string name, string columns)
    {
        var set = Read(TestFolder.Table(name));
        Assert.Equal(Values, set.Features.Values);
        Assert.Equal(["p0.jpg", "p1.jpg", "p2.jpg", "p3.jpg"], set.Ids!);
        Assert.Equal(columns, set.Columns!.ToString());
        Assert.Equal(columns.Split("; not ")[1].Split(", "), set.Properties.Select(property => property.Name));
        Assert.Equal([31.0, 32.0, 33.0, 34.0], set.Properties[1].Values);
        Assert.Equal(["a", "b", "a", null], set.Properties[2].Values);
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("semicolon.csv", DataErrorIds.CsvInvalid, "';'")]
    [InlineData("decimal.csv", DataErrorIds.CsvInvalid, "';'")]
    [InlineData("decimal.tsv", DataErrorIds.ValueInvalid, "decimal comma")]
    [InlineData("elided.csv", DataErrorIds.ValueInvalid, "left out the middle")]
    [InlineData("sharp-list-v2.parquet", DataErrorIds.ParquetUnsupported, "pages of version 2")]
    [InlineData("sharp-float16.parquet", DataErrorIds.ParquetUnsupported, "float16")]
    public void What_is_not_read_is_refused_in_words(string name, string id, string words)
    {
        var path = TestFolder.Table(name);
        var fault = Fault(id, () => Read(path));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0,5;1,5\n2,5;3,5\n", "';'")]
    [InlineData("\"0,5\",\"1,5\"\n\"2,5\",\"3,5\"\n", "decimal comma")]
    [InlineData("a,b\n1,\"2,5\"\n", "decimal comma")]
    public void A_decimal_comma_is_named(string text, string words)
    {
        var fault = Assert.Throws<InputException>(() => Read(_folder.Write("c.csv", text)));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    // The last eight bytes: the footer's length, and PAR1.
    [Fact]
    public void A_footer_that_would_be_longer_than_the_file_takes_no_memory()
    {
        var bytes = File.ReadAllBytes(TestFolder.Table("duck-columns.parquet"));
        bytes[^5] = 0x10;
        var path = _folder.Write("lies.parquet", bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<InputException>(() => FeatureFile.Read(path, FeatureFileOptions.Default, WorkContext.Default));
        Assert.Equal("ParquetInvalid", fault.ErrorId);
        Assert.Contains("longer than the file", fault.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_sum_a_score_and_an_age_of_a_Parquet_file_are_no_features()
    {
        var set = Read(TestFolder.Table("duck-columns.parquet"));
        Assert.Equal([1, 2, 0, 2, 2, -1, 3, 2, -2], set.Features.Values[..9]);
        Assert.Equal("f0, f1, f2; not det_score, album, total, taken", set.Columns!.ToString());
        Assert.Equal(["p0", "p0", "p1", "p1", "p2", "p2"], set.Identities!);
        Assert.Equal(["det_score", "album", "total"], set.Properties.Select(property => property.Name));
        Assert.Equal(15.0, Assert.IsType<double>(set.Properties[2].Values[0]));
        Assert.Equal("a5", set.Properties[1].Values[5]);

        set = Read(TestFolder.Table("duck-list.parquet"));
        Assert.Equal([1, 2, -3, 2, 2, -3], set.Features.Values[..6]);
        Assert.Equal("embedding; not age, box", set.Columns!.ToString());
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("tinyint", "100")]
    [InlineData("utinyint", "100")]
    [InlineData("smallint", "100")]
    [InlineData("usmallint", "100")]
    [InlineData("uinteger", "100")]
    [InlineData("ubigint", "100")]
    [InlineData("uuid", "00112233-4455-6677-8899-aabbccddee00")]
    public void Ids_are_whole_numbers_of_every_type_and_UUIDs(string type, string first) =>
        Assert.Equal(first, Read(TestFolder.Table($"duck-id-{type}.parquet")).Ids![0]);

    [Fact]
    public void Faulty_rows_are_reported_in_one_go_or_left_out()
    {
        var path = TestFolder.Table("duck-missing.parquet");
        var fault = Fault(DataErrorIds.ValueInvalid, () => Read(path));
        Assert.Equal([2, 3], Assert.IsType<int[]>(fault.Target));
        Assert.Contains("Feature 2 has missing values in column 'f0'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("1E+300", fault.Message, StringComparison.Ordinal);
        Assert.Contains("-SkipInvalid", fault.Message, StringComparison.Ordinal);
        var set = Skip(path);
        Assert.Equal(["0", "1", "4"], set.Ids!);
        Assert.Equal([0, 1, 4], set.Rows!);
        Assert.Equal([1, 2, 2, 2, 5, 2], set.Features.Values);
        Assert.Equal([null, 1L, 4L], set.Properties[0].Values.Select(value => value is null ? null : (object)Convert.ToInt64(value, CultureInfo.InvariantCulture)));
        Assert.Contains("2 of 5 rows", Assert.Single(_warnings), StringComparison.Ordinal);

        path = TestFolder.Table("duck-missing-list.parquet");
        Assert.Equal([1, 2, 3, 4], Assert.IsType<int[]>(Fault(DataErrorIds.ValueInvalid, () => Read(path)).Target));
        Assert.Equal([0, 5], Skip(path).Rows!);
    }

    [Fact]
    public void A_table_of_text_reports_every_row_that_it_cannot_use()
    {
        var path = _folder.Write(
            "bad.csv", "id,f0,f1\na,1,2\nb,x,2\nc,3\nd,0,0\ne,NaN,1\na,5,6\n,7,8\ng,9,9\n");
        var fault = Fault(DataErrorIds.ValueInvalid, () => Read(path));
        Assert.Equal([1, 2, 3, 4, 5, 6], Assert.IsType<int[]>(fault.Target));
        foreach (var place in new[] { "line 3, column 2", "Line 4", "Feature 3", "line 6", "Features 0 and 5", "Feature 6" })
        {
            Assert.Contains(place, fault.Message, StringComparison.Ordinal);
        }

        var set = Skip(path);
        Assert.Equal(["a", "g"], set.Ids!);
        Assert.Equal((8, 7), (set.SourceRows, set.RowOf(1)));
        Assert.Equal([1, 2, 9, 9], set.Features.Values);
        Fault(DataErrorIds.ValueInvalid, () => Skip(_folder.Write("all.csv", "f0,f1\nx,1\ny,2\n")));
    }

    [Fact]
    public void Of_many_bad_rows_all_are_counted_and_some_are_told()
    {
        var path = _folder.Write("many.csv", "f0,f1\n" + string.Concat(Enumerable.Repeat("x,1\n", 3000)) + "1,2\n");
        var fault = Fault(DataErrorIds.ValueInvalid, () => Read(path));
        Assert.Equal(Enumerable.Range(0, 3000), Assert.IsType<int[]>(fault.Target));
        Assert.Contains("3000 rows", fault.Message, StringComparison.Ordinal);
        Assert.Contains("And 2990 more", fault.Message, StringComparison.Ordinal);
        Assert.True(fault.Message.Length < 2000);
        Assert.Equal([3000], Skip(path).Rows!);
    }

    [Fact]
    public void Of_a_bad_row_an_id_may_be_used_again()
    {
        var set = Skip(_folder.Write("again.csv", "id,f0,f1\na,x,2\na,3,4\n"));
        Assert.Equal(["a"], set.Ids!);
        Assert.Equal([1], set.Rows!);
    }

    [Theory]
    [InlineData("emb_*,age", "emb_0, emb_1, age; not x")]
    [InlineData("x,emb_1", "x, emb_1; not emb_0, age")]
    public void Columns_are_taken_as_they_are_named(string patterns, string expected)
    {
        var path = _folder.Write("n.csv", "emb_0,emb_1,age,x\n1,2,3,4\n");
        Assert.Equal(expected, Read(path, new FeatureFileOptions { Columns = patterns.Split(',') }).Columns!.ToString());
    }

    [Fact]
    public void A_prefix_names_its_columns()
    {
        var path = _folder.Write("two.csv", "a_0,a_1,b[0],b[1]\n1,2,3,4\n");
        Assert.Contains("a_0, a_1; b[0], b[1]", Fault(DataErrorIds.ColumnAmbiguous, () => Read(path)).Message, StringComparison.Ordinal);
        Assert.Equal([3, 4], Read(path, new FeatureFileOptions { Features = "b" }).Features.Values);
        Assert.Equal([1, 2], Read(path, new FeatureFileOptions { Features = "A_" }).Features.Values);
    }

    [Theory]
    [InlineData("x,y,age\n1,2,31\n", "x, y, age")]
    [InlineData("album,x,y\na,1,2\n", "x, y")]
    public void Columns_without_numbers_in_their_names_are_taken_with_a_warning(string text, string names)
    {
        Read(_folder.Write("u.csv", text));
        Assert.Contains($"features: {names}.", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f.csv", "f0,f1\n1,2\n")]
    [InlineData("h.csv", "1,2\n3,4\n")]
    public void A_name_that_names_nothing_is_refused(string name, string text)
    {
        var path = _folder.Write(name, text);
        Fault(DataErrorIds.ColumnNotFound, () => Read(path, new FeatureFileOptions { Features = "face" }));
        Fault(DataErrorIds.ColumnNotFound, () => Read(path, new FeatureFileOptions { Columns = ["face*"] }));
        Fault(DataErrorIds.ColumnNotFound, () => Read(TestFolder.Format("float32.npy"), new FeatureFileOptions { Features = "face" }));
        Fault(DataErrorIds.ColumnNotFound, () => Read(TestFolder.Format("float32.npy"), new FeatureFileOptions { Id = "face" }));
        Fault(DataErrorIds.ColumnNotFound, () => Read(TestFolder.Format("stored.npz"), new FeatureFileOptions { Columns = ["a"] }));
        Fault(DataErrorIds.ColumnNotFound, () => Read(TestFolder.Table("duck-list.parquet"), new FeatureFileOptions { Features = "face" }));
        Fault(DataErrorIds.ColumnNotFound, () => Read(TestFolder.Table("duck-list.parquet"), new FeatureFileOptions { Features = "box" }));
    }

    [Theory]
    [InlineData("{1,2}", "{3,4}")]
    [InlineData("(1, 2)", "(3, 4)")]
    [InlineData("[1.  2.]", "[ 3.e+00\n 4.]")]
    public void Lists_without_a_row_of_names_are_read(string one, string two) =>
        Assert.Equal([1, 2, 3, 4], Read(_folder.Write("l.csv", $"\"{one}\"\n\"{two}\"\n")).Features.Values);

    [Fact]
    public void Lists_of_different_lengths_are_faults_of_their_rows()
    {
        var path = _folder.Write("l.csv", "id,embedding\na,\"[1, 2]\"\nb,\"[1, 2, 3]\"\nc,[]\nd,5\n");
        var fault = Fault(DataErrorIds.RowRagged, () => Read(path));
        Assert.Equal([1, 2, 3], Assert.IsType<int[]>(fault.Target));
        Assert.Contains("a list of 3 numbers and the first has 2", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("N/A")]
    [InlineData("[None, None]")]
    public void A_first_face_without_a_feature_does_not_choose_the_columns(string first)
    {
        var path = _folder.Write("first.csv", $"box,embedding\n\"[1, 2, 3]\",\"{first}\"\n\"[4, 5, 6]\",\"[1, 2]\"\n\"[7, 8, 9]\",\"[3, 4]\"\n");
        Fault(DataErrorIds.ValueInvalid, () => Read(path));
        var set = Skip(path);
        Assert.Equal([1, 2, 3, 4], set.Features.Values);
        Assert.Equal("embedding; not box", set.Columns!.ToString());
        Assert.Equal([1, 2], set.Rows!);
    }

    // Of a table that is read once, as of a pipe, the first row tells.
    [Fact]
    public void A_text_that_is_read_once_is_looked_at_in_its_first_row()
    {
        using var bytes = new MemoryStream("id,embedding\na,\"[1, 2]\"\nb,\"[3, 4]\"\n"u8.ToArray());
        using var once = new System.IO.Compression.GZipStream(Gzip(bytes), System.IO.Compression.CompressionMode.Decompress);
        var set = CsvFeatureReader.Read(once, "pipe.csv", ',', FeatureFileOptions.Default, new RowFaults("pipe.csv"), WorkContext.Default);
        Assert.Equal([1, 2, 3, 4], set.Features.Values);

        static MemoryStream Gzip(MemoryStream bytes)
        {
            var packed = new MemoryStream();
            using (var zip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
            {
                bytes.CopyTo(zip);
            }

            packed.Position = 0;
            return packed;
        }
    }

    [Theory]
    [InlineData("embedding,box\naGVsbG8=,\"[1, 2]\"\naGVsbG8=,\"[3, 4]\"\n")]
    [InlineData("embedding,box\n,\"[1, 2]\"\n,\"[3, 4]\"\n")]
    [InlineData("embedding,box_0,box_1\n1 2 3,4,5\n6 7 8,9,10\n")]
    public void A_box_takes_no_place_of_an_embedding_that_cannot_be_read(string text)
    {
        var path = _folder.Write("unread.csv", text);
        Assert.Contains("'embedding'", Fault(DataErrorIds.ColumnNotFound, () => Read(path)).Message, StringComparison.Ordinal);
        Assert.Equal(2, Read(path, new FeatureFileOptions { Features = "box" }).Features.Dimension);
    }

    [Fact]
    public void A_list_of_whole_numbers_of_a_Parquet_file_is_not_passed_over() => Assert.Contains(
        "'embedding' (of float or double",
        Fault(DataErrorIds.ColumnNotFound, () => Read(TestFolder.Table("duck-whole-list.parquet"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("photo,0,1,2", "a.jpg,1,2,3", "0, 1, 2; not photo")]
    [InlineData("0,1,2,det_score", "1,2,3,.5", "0, 1, 2; not det_score")]
    [InlineData(",0,1,2,det_score", "0,1,2,3,.5", "0, 1, 2; not det_score")]
    [InlineData("1,2,3,det_score", "1,2,3,.5", "1, 2, 3; not det_score")]
    public void Counted_columns_have_names_beside_others(string header, string row, string columns)
    {
        var set = Skip(_folder.Write("counted.csv", $"{header}\n{row}\n"));
        Assert.Equal([1, 2, 3], set.Features.Values);
        Assert.Equal(columns, set.Columns!.ToString());
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("0,.5,4\n1,.25,3\n2,.5,2\n", 2)]
    [InlineData("1,.5,4\n2,x,3\n3,.5,2\n4,.5,2\n", 2)]
    [InlineData("0,.5\n1,.25\n2,.5\n", 2)]
    [InlineData("0,.5,4\n1,.25,3\n3,.5,2\n", 3)]
    [InlineData("2,.5,4\n3,.25,3\n4,.5,2\n", 3)]
    public void Numbers_of_rows_without_names_are_left_out(string text, int dimension)
    {
        var set = Skip(_folder.Write("rows.csv", text));
        Assert.Equal(dimension, set.Features.Dimension);
        var isLeftOut = dimension < text.Split('\n')[0].Split(',').Length;
        Assert.Equal(isLeftOut, _warnings.Exists(warning => warning.Contains("numbers the rows", StringComparison.Ordinal)));
        if (isLeftOut) Assert.Equal([.5f, 4], set.Features.Values[..2]);
    }

    [Fact]
    public void Lists_of_the_numbers_of_NumPy_2_are_read()
    {
        var path = _folder.Write("np.csv", "embedding\n\"[np.float32(0.5), np.float64(-1e-3)]\"\n\"[np.float16(2.0), 3]\"\n");
        Assert.Equal([.5f, -1e-3f, 2, 3], Read(path).Features.Values);
    }

    [Fact]
    public void What_is_in_brackets_and_no_number_is_no_list()
    {
        var set = Read(_folder.Write("b.csv", "f0,f1,album,box\n1,2,(June),\"{\"\"x\"\": 1}\"\n"));
        Assert.Equal("f0, f1; not album, box", set.Columns!.ToString());
        Assert.Equal("(June)", set.Properties[0].Values[0]);
    }

    [Fact]
    public void Text_without_numbers_and_a_comment_before_the_names_are_told()
    {
        var fault = Fault(DataErrorIds.ColumnNotFound, () => Read(_folder.Write("t.csv", "face,vec\na,1;2\n".Replace(';', '|'))));
        Assert.Contains("it has face, vec", fault.Message, StringComparison.Ordinal);
        fault = Fault(DataErrorIds.RowRagged, () => Read(_folder.Write("c.csv", "# faces\nf0,f1\n1,2\n")));
        Assert.Contains("Line 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_are_named_in_one_way()
    {
        var path = _folder.Write("n.csv", "a_0,a_1,b_0,b_1\n1,2,3,4\n");
        Fault(DataErrorIds.ColumnAmbiguous, () => Read(path, new FeatureFileOptions { Features = "a", Columns = ["b*"] }));
    }

    private FeatureSet Read(string path, FeatureFileOptions? options = null) =>
        FeatureFile.Read(path, options ?? FeatureFileOptions.Default, WorkContext.Default with { Warning = _warnings.Add });

    private FeatureSet Skip(string path) => Read(path, new FeatureFileOptions { SkipInvalid = true });

    private static InputException Fault(string id, Func<object> read)
    {
        var fault = Assert.Throws<InputException>(read);
        Assert.Equal(id, fault.ErrorId);
        return fault;
    }
}
