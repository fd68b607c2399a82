#:package ParquetSharp@25.0.1.2
#:package DuckDB.NET.Data.Full@1.5.6.1
// Run from a copy outside of the repository: dotnet run make_parquet.cs FOLDER
using DuckDB.NET.Data;
using ParquetSharp;

var folder = args[0];
using var connection = new DuckDBConnection("DataSource=:memory:");
connection.Open();
void Copy(string query, string name)
{
    using var command = connection.CreateCommand();
    command.CommandText = $"copy ({query}) to '{folder}/{name}.parquet' (format parquet)";
    command.ExecuteNonQuery();
}

// Numbered columns among others; a sum of integers is a double of its own accord.
Copy(
    "select i as id, 'p' || (i // 2) as label, cast(i + 1 as float) as f0, cast(2 as float) as f1, cast(-i as float) as f2, "
    + "cast(.5 + i as float) as det_score, 'a' || i as album, sum(i) over () as total, date '2026-01-02' as taken "
    + "from range(6) t(i)", "duck-columns");
Copy("select i as id, [cast(i + 1 as float), 2, -3] as embedding, 30 + i as age, [1, 2, 3, 4] as box from range(4) t(i)", "duck-list");
Copy("select i as id, [i, 2, -3] as embedding, [1.5::float, 2, 3, 4] as box from range(3) t(i)", "duck-whole-list");
foreach (var type in new[] { "tinyint", "utinyint", "smallint", "usmallint", "uinteger", "ubigint" })
{
    Copy($"select cast(i + 100 as {type}) as id, cast(i + 1 as float) as f0, cast(2 as float) as f1 from range(3) t(i)", $"duck-id-{type}");
}

Copy(
    "select cast('00112233-4455-6677-8899-aabbccddee0' || i as uuid) as id, cast(i + 1 as float) as f0, cast(2 as float) as f1 "
    + "from range(3) t(i)", "duck-id-uuid");
Copy(
    "select i as id, case when i = 2 then null else cast(i + 1 as double) end as f0, case when i = 3 then 1e300 else 2.0::double end "
    + "as f1, case when i = 0 then null else i end as age from range(5) t(i)", "duck-missing");
Copy(
    "select i as id, case i when 1 then null when 2 then [] when 3 then [1::float, null] when 4 then [1::float] "
    + "else [cast(i + 1 as float), 2] end as embedding from range(6) t(i)", "duck-missing-list");

// A list in data pages of version 2, and columns of float16.
using (var builder = new WriterPropertiesBuilder().DataPageVersion(ParquetDataPageVersion.V2))
using (var properties = builder.Build())
using (var writer = new ParquetFileWriter(
    $"{folder}/sharp-list-v2.parquet", [new Column<int>("id"), new Column<float[]>("embedding")], properties))
{
    using var group = writer.AppendRowGroup();
    using (var column = group.NextColumn().LogicalWriter<int>()) column.WriteBatch([1, 2]);
    using (var column = group.NextColumn().LogicalWriter<float[]>()) column.WriteBatch([[1, 2], [3, -4]]);
    writer.Close();
}

using (var writer = new ParquetFileWriter(
    $"{folder}/sharp-float16.parquet",
    [new Column(typeof(Half), "f0", LogicalType.Float16(), 2), new Column(typeof(Half), "f1", LogicalType.Float16(), 2)]))
{
    using var group = writer.AppendRowGroup();
    using (var column = group.NextColumn().LogicalWriter<Half>()) column.WriteBatch([(Half)1, (Half)2]);
    using (var column = group.NextColumn().LogicalWriter<Half>()) column.WriteBatch([(Half)3, (Half)(-4)]);
    writer.Close();
}
