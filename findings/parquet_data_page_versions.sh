#!/usr/bin/env bash
# Which version of data pages a Parquet file has is said neither by the writer's option nor by the footer. DuckDB 1.5.6
# (DuckDB.NET 1.5.6.1) with PARQUET_VERSION V2 writes data pages of version 1: what changes is the encodings. Arrow 25
# (ParquetSharp 25.0.1.2) with DataPageVersion V2 does write pages of version 2, and the encoding_stats of its footer, whose
# page_type is there to tell, call them DATA_PAGE, which is version 1 (DATA_PAGE_V2 is the other). So a reader that lacks
# version 2 learns of it when it reads the first page header: byte 1 of it is the type, 0 for version 1, 3 for version 2.
# Seen: "duckdb V2, list: page type 0", "duckdb V2, column: page type 0", "arrow V2: page type 3, footer DATA_PAGE".
# Fails when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="DuckDB.NET.Data.Full" Version="[1.5.6.1]" />
    <PackageReference Include="ParquetSharp" Version="[25.0.1.2]" />
    <PackageReference Include="Parquet.Net" Version="[6.1.0]" />
  </ItemGroup>
</Project>
PROJECT
cat > Program.cs <<'PROGRAM'
using DuckDB.NET.Data;
using ParquetSharp;

using (var connection = new DuckDBConnection("DataSource=:memory:"))
{
    connection.Open();
    using var command = connection.CreateCommand();
    command.CommandText = "copy (select [cast(i as float), 2] as list, cast(i as float) as one from range(100) t(i)) "
        + "to 'duckdb.parquet' (format parquet, parquet_version V2)";
    command.ExecuteNonQuery();
}

using (var builder = new WriterPropertiesBuilder().DataPageVersion(ParquetDataPageVersion.V2))
using (var properties = builder.Build())
using (var writer = new ParquetFileWriter("arrow.parquet", [new Column<float>("one")], properties))
{
    using var group = writer.AppendRowGroup();
    using (var column = group.NextColumn().LogicalWriter<float>()) column.WriteBatch([1, 2, 3]);
    writer.Close();
}

var duckdb = await Pages("duckdb.parquet");
Console.WriteLine($"duckdb V2, list: page type {duckdb[0].Type}");
Console.WriteLine($"duckdb V2, column: page type {duckdb[1].Type}");
var arrow = await Pages("arrow.parquet");
Console.WriteLine($"arrow V2: page type {arrow[0].Type}, footer {arrow[0].Footer}");

// The first byte of a page header is the field of the type (0x15), the second the type as a zigzag number.
static async Task<List<(int Type, string Footer)>> Pages(string file)
{
    var bytes = File.ReadAllBytes(file);
    await using var stream = File.OpenRead(file);
    await using var reader = await Parquet.ParquetReader.CreateAsync(stream);
    return [.. reader.Metadata!.RowGroups[0].Columns.Select(column => (
        bytes[column.MetaData!.DataPageOffset] == 0x15 ? bytes[column.MetaData.DataPageOffset + 1] >> 1 : -1,
        string.Join(", ", (column.MetaData.EncodingStats ?? [])
            .Select(stats => stats.PageType.ToString()).Where(type => type != "DICTIONARY_PAGE").Distinct())))];
}
PROGRAM
seen=$(dotnet run -v q 2>&1 | grep -E "^(duckdb|arrow)")
echo "$seen"
expected="duckdb V2, list: page type 0
duckdb V2, column: page type 0
arrow V2: page type 3, footer DATA_PAGE"
[ "$seen" = "$expected" ] || { echo "This is not what was seen before." >&2; exit 1; }
