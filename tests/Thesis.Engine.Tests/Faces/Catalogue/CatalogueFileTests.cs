using Microsoft.Data.Sqlite;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Files that are no catalogue of this version, features of another model, two writers, links, places that
/// cannot be written.</summary>
public sealed class CatalogueFileTests : IDisposable
{
    private readonly CatalogueFixture _catalogue = new();

    public void Dispose() => _catalogue.Dispose();

    [Fact]
    public void A_newer_version_is_refused_by_its_number()
    {
        _catalogue.Add(CatalogueFixture.Faces(1, [1, 2]), 0.4);
        _catalogue.Sql("PRAGMA user_version = 7");
        var bytes = File.ReadAllBytes(_catalogue.Path);
        var fault = AddFault(CatalogueFixture.Faces(2, [1]));
        Assert.Equal("CatalogueNewer", fault.ErrorId);
        Assert.Contains("version 7", fault.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(_catalogue.Path));
    }

    [Theory]
    [InlineData("PRAGMA application_id = 1", "CatalogueInvalid")]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON face BEGIN DELETE FROM cluster; END", "CatalogueDamaged")]
    [InlineData("CREATE VIEW v AS SELECT * FROM face", "CatalogueDamaged")]
    [InlineData("DROP TABLE apart", "CatalogueDamaged")]
    [InlineData("UPDATE cluster_sum SET value = zeroblob(400000000)", "CatalogueDamaged")]
    [InlineData("UPDATE cluster_sum SET value = x'00'", "CatalogueDamaged")]
    [InlineData("UPDATE setting SET value = '1e99' WHERE name = 'dimension'", "CatalogueDamaged")]
    [InlineData("UPDATE setting SET value = 'NaN' WHERE name = 'threshold'", "CatalogueDamaged")]
    [InlineData("UPDATE cluster SET faces = 0", "CatalogueDamaged")]
    public void A_file_that_was_tampered_with_is_refused(string sql, string errorId)
    {
        _catalogue.Add(CatalogueFixture.Faces(1, [1, 2]), 0.4);
        _catalogue.Sql(sql);
        Assert.Equal(errorId, AddFault(CatalogueFixture.Faces(2, [1])).ErrorId);
    }

    [Theory]
    [InlineData("no database at all, and longer than the header of one, which has a hundred bytes; so this goes on for a while yet.")]
    [InlineData("short")]
    public void A_file_that_is_no_database_is_refused_and_stays(string content)
    {
        File.WriteAllText(_catalogue.Path, content);
        Assert.Equal("CatalogueInvalid", AddFault(CatalogueFixture.Faces(2, [1])).ErrorId);
        Assert.Equal(content, File.ReadAllText(_catalogue.Path));
    }

    [Fact]
    public void A_file_that_breaks_off_is_refused()
    {
        _catalogue.Add(CatalogueFixture.Faces(1, [.. Enumerable.Range(0, 300)]), 0.4);
        using (var stream = File.OpenWrite(_catalogue.Path)) stream.SetLength(stream.Length / 2);
        Assert.Equal("CatalogueDamaged", AddFault(CatalogueFixture.Faces(2, [1])).ErrorId);
    }

    [Fact]
    public void Features_of_another_model_are_refused_by_name()
    {
        var options = new CatalogueOptions { Model = "arcface" };
        _catalogue.Add(CatalogueFixture.Faces(1, [1, 2]), 0.4, options);
        var fault = Assert.Throws<InputException>(() =>
            _catalogue.Add(CatalogueFixture.Faces(2, [1]), null, options with { Model = "sphereface" }));
        Assert.Equal("CatalogueModelDiffers", fault.ErrorId);
        Assert.Contains("arcface", fault.Message, StringComparison.Ordinal);
        Assert.Contains("sphereface", fault.Message, StringComparison.Ordinal);
        var longer = new Thesis.Engine.Data.FeatureMatrix([.. Enumerable.Repeat(1f, 48)], 1, 48);
        Assert.Equal("CatalogueDimensionDiffers", AddFault(CatalogueFixture.Set(longer, ["/a.jpg"])).ErrorId);
        Assert.Equal(2, _catalogue.All().Count);
    }

    [Fact]
    public void A_second_writer_waits_and_then_says_so_once()
    {
        _catalogue.Add(CatalogueFixture.Faces(1, [1, 2]), 0.4);
        using var other = new SqliteConnection($"Data Source={_catalogue.Path};Pooling=false");
        other.Open();
        using var begin = other.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        var fault = Assert.Throws<InputException>(() => CatalogueEdits.SetClusters(
            _catalogue.Path, [1], "Ann", null, TimeSpan.FromSeconds(1), WorkContext.Default));
        Assert.Equal("CatalogueBusy", fault.ErrorId);

        // A reader need not wait for a writer that has not ended.
        Assert.Equal(2, _catalogue.All().Count);
        using var commit = other.CreateCommand();
        commit.CommandText = "COMMIT";
        commit.ExecuteNonQuery();
        _catalogue.Name(1, "Ann");
    }

    [Fact]
    public void A_waiting_command_can_be_stopped()
    {
        _catalogue.Add(CatalogueFixture.Faces(1, [1, 2]), 0.4);
        using var other = CatalogueFile.Open(_catalogue.Path, CatalogueUse.Write, CatalogueFixture.Wait,
            TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var context = WorkContext.Default with { Cancellation = stop.Token };
        Assert.ThrowsAny<OperationCanceledException>(() =>
            CatalogueEdits.SetClusters(_catalogue.Path, [1], "Ann", null, TimeSpan.FromMinutes(5), context));
    }

    [Fact]
    public async Task Two_writers_at_once_lose_nothing()
    {
        _catalogue.Add(CatalogueFixture.Faces(1, [1, 2]), 0.4);
        var cancellation = TestContext.Current.CancellationToken;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(writer => Task.Run(
            () =>
            {
                for (var day = 0; day < 8; day++) _catalogue.Add(CatalogueFixture.Faces((100 * writer) + day + 10,
                    [1, 2, 3 + writer, 20 + day]));
            },
            cancellation)));
        Assert.Equal(2 + (2 * 8 * 4), _catalogue.All().Count);
        _catalogue.RequireWhole();
    }

    [Fact]
    public void A_link_leads_to_the_file_and_a_loose_one_is_refused()
    {
        _catalogue.Add(CatalogueFixture.Faces(1, [1, 2]), 0.4);
        var link = _catalogue.Folder["link.db"];
        File.CreateSymbolicLink(link, _catalogue.Path);
        CatalogueEdits.SetClusters(link, [1], "Ann", null, CatalogueFixture.Wait, WorkContext.Default);
        Assert.Equal("Ann", _catalogue.Clusters().First(cluster => cluster.Cluster == 1).Name);
        Assert.NotNull(new FileInfo(link).LinkTarget);

        var loose = _catalogue.Folder["loose.db"];
        File.CreateSymbolicLink(loose, _catalogue.Folder["nowhere.db"]);
        var fault = Assert.Throws<InputException>(() =>
            CatalogueAddition.Add(loose, [CatalogueFixture.Faces(1, [1])], new CatalogueOptions(), WorkContext.Default));
        Assert.Equal("CatalogueNotFound", fault.ErrorId);
        Assert.False(File.Exists(_catalogue.Folder["nowhere.db"]));
        var ring = _catalogue.Folder["ring.db"];
        File.CreateSymbolicLink(ring, ring);
        Assert.Throws<InputException>(() => CatalogueQueries.Faces(ring, null, CatalogueFixture.Wait, WorkContext.Default));
    }

    [Fact]
    public void A_missing_catalogue_a_folder_and_a_device_are_refused()
    {
        Assert.Equal("CatalogueNotFound", Assert.Throws<InputException>(() => _catalogue.All()).ErrorId);
        Assert.False(File.Exists(_catalogue.Path));
        Directory.CreateDirectory(_catalogue.Path);
        Assert.Equal("FileNotWritable", AddFault(CatalogueFixture.Faces(1, [1])).ErrorId);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("A place that root cannot write to is known on Linux only.");
        var fault = Assert.Throws<InputException>(() => CatalogueAddition.Add(
            "/proc/faces/faces.db", [CatalogueFixture.Faces(1, [1])], new CatalogueOptions(), WorkContext.Default));
        Assert.Equal("CatalogueReadOnly", fault.ErrorId);
    }

    // The states that a kill can leave: a journal of a command that did not end, a file that holds nothing yet.
    [Fact]
    public void A_command_that_was_killed_never_happened()
    {
        _catalogue.Add(CatalogueFixture.Faces(1, [1, 1, 2, 2]), 0.4);
        var before = _catalogue.Dump();
        var copy = _catalogue.Folder["copy.db"];
        using (var other = new SqliteConnection($"Data Source={_catalogue.Path};Pooling=false"))
        {
            other.Open();
            using var command = other.CreateCommand();
            // So few pages that they are written to the file before the end.
            command.CommandText = "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE cluster SET name = hex(randomblob(4000)); DELETE FROM feature; "
                + "UPDATE face SET photograph = hex(randomblob(9000))";
            command.ExecuteNonQuery();
            File.Copy(_catalogue.Path, copy);
            File.Copy(_catalogue.Path + "-journal", copy + "-journal");
        }

        File.Move(copy, _catalogue.Path, overwrite: true);
        File.Move(copy + "-journal", _catalogue.Path + "-journal", overwrite: true);
        Assert.Equal(4, _catalogue.All().Count);
        Assert.Equal(before, _catalogue.Dump());
        Assert.False(File.Exists(_catalogue.Path + "-journal"));

        File.WriteAllBytes(_catalogue.Folder["empty.db"], []);
        var added = CatalogueAddition.Add(_catalogue.Folder["empty.db"], [CatalogueFixture.Faces(1, [1])],
            new CatalogueOptions(), WorkContext.Default);
        Assert.Single(added);
    }

    private InputException AddFault(Thesis.Engine.Data.FeatureSet set) =>
        Assert.Throws<InputException>(() => _catalogue.Add(set));
}
