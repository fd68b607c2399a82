using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data.Downloads;

public sealed class DatasetSaverTests : IDisposable
{
    private static readonly byte[] Images = RandomNumberGenerator.GetBytes(200_000);

    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-downloads-").FullName;
    private readonly FileServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_file_is_fetched_checked_and_then_left_alone()
    {
        var dataset = Idx(Packed(Images), Images);
        var saved = Assert.Single(Save(dataset));
        Assert.True(saved.IsNew);
        Assert.Equal(_server.Files["images.gz"], File.ReadAllBytes(saved.Path));
        Assert.Equal(["images.gz"], Directory.GetFiles(_folder).Select(Path.GetFileName));
        Assert.True(DatasetSaver.IsPresent(dataset, dataset.Downloads[0], _folder, WorkContext.Default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_broke_off_goes_on_where_it_stopped_or_begins_anew_where_the_server_cannot(bool ranges)
    {
        var dataset = Idx(Packed(Images), Images);
        (_server.Limit, _server.Ranges) = (50_000, ranges);
        Assert.Equal("DownloadFailed", Fault(dataset).ErrorId);
        var kept = new FileInfo(Path.Combine(_folder, "images.gz.part")).Length;
        Assert.InRange(kept, 1, 50_000);
        _server.Limit = null;
        Assert.Equal(_server.Files["images.gz"], File.ReadAllBytes(Assert.Single(Save(dataset)).Path));
        Assert.Equal([0, kept], _server.Requests.Select(request => request.Offset));
    }

    [Fact]
    public void A_part_that_was_whole_when_the_machine_stopped_is_taken()
    {
        var dataset = Idx(Packed(Images), Images);
        File.WriteAllBytes(Path.Combine(_folder, "images.gz.part"), _server.Files["images.gz"]);
        Assert.Single(Save(dataset));
    }

    [Fact]
    public void Another_file_is_refused_and_nothing_is_kept()
    {
        var dataset = Idx(Packed([.. Images.Reverse()]), Images);
        Assert.Equal("DatasetHashMismatch", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_file_that_is_there_and_is_another_one_is_a_fault_and_stays()
    {
        var dataset = Idx(Packed(Images), Images);
        var mine = Path.Combine(_folder, "images");
        File.WriteAllText(mine, "mine");
        var fault = Assert.Throws<InputException>(
            () => DatasetSaver.IsPresent(dataset, dataset.Downloads[0], _folder, WorkContext.Default));
        Assert.Equal("DatasetHashMismatch", fault.ErrorId);
        Assert.EndsWith("Give -Force to fetch it anew.", fault.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(mine));
    }

    [Theory]
    [InlineData("images.gz")]
    [InlineData("images")]
    public void A_folder_in_the_place_of_a_file_is_a_fault_before_anything_is_fetched(string name)
    {
        Directory.CreateDirectory(Path.Combine(_folder, name));
        Assert.Equal("FileNotWritable", Fault(Idx(Packed(Images), Images)).ErrorId);
        Assert.Empty(_server.Requests);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_longer_answer_than_the_catalogue_states_is_broken_off()
    {
        var dataset = Idx([.. Packed(Images), .. new byte[1000]], Images, bytes: Packed(Images).Length);
        Assert.Equal("DownloadTooLarge", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    // 2,000 images of 10 x 10 and a label each are 202,000 bytes; the reader's spare is a mebibyte.
    [Fact]
    public void A_gzip_bomb_is_broken_off()
    {
        var bomb = new byte[8 << 20];
        var dataset = Idx(Packed(bomb), bomb);
        Assert.Equal("ArchiveTooLarge", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_missing_file_is_said_with_its_address()
    {
        var dataset = Idx(Packed(Images), Images);
        _server.Files.Clear();
        var fault = Fault(dataset);
        Assert.Equal("DownloadNotFound", fault.ErrorId);
        Assert.Contains(_server.Root, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.invalid/")]
    [InlineData("ftp://example.invalid/")]
    [InlineData("no-such-folder")]
    public void Only_https_and_folders_are_sources(string source)
    {
        Assert.Equal("DownloadSourceInvalid", Assert.Throws<InputException>(() => new DownloadSource(source)).ErrorId);
    }

    // The catalogue reads a plain file before a packed one.
    [Fact]
    public void A_file_that_is_fetched_again_takes_the_place_of_one_that_is_wrong()
    {
        var dataset = Idx(Packed(Images), Images);
        File.WriteAllText(Path.Combine(_folder, "images"), "wrong");
        Save(dataset);
        Assert.True(DatasetSaver.IsPresent(dataset, dataset.Downloads[0], _folder, WorkContext.Default));
    }

    [Fact]
    public void A_folder_is_a_source()
    {
        var dataset = Idx(Packed(Images), Images);
        var (source, target) = (Path.Combine(_folder, "source"), Path.Combine(_folder, "target"));
        Directory.CreateDirectory(source);
        File.WriteAllBytes(Path.Combine(source, "images.gz"), _server.Files["images.gz"]);
        DatasetSaver.Save(dataset, dataset.Downloads[0], new DownloadSource(source), target, WorkContext.Default);
        Assert.True(File.Exists(Path.Combine(target, "images.gz")));
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public void A_cancelled_call_keeps_its_part()
    {
        var dataset = Idx(Packed(Images), Images);
        using var stop = new CancellationTokenSource();
        var progress = new Stopper(stop);
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetSaver.Save(
            dataset, dataset.Downloads[0], new DownloadSource(_server.Root), _folder,
            WorkContext.Default with { Cancellation = stop.Token, Progress = progress }));
        Assert.Equal(["images.gz.part"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void An_archive_gives_its_files_wherever_they_lie_in_it()
    {
        var dataset = Archive(("folder/data.bin", [1, 2, 3]), ("folder/readme.html", [9]), ("test.bin", [4]));
        Assert.Equal(["data.bin", "test.bin"], Save(dataset).Select(file => file.Name));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(_folder, "data.bin")));
        Assert.Equal(["data.bin", "test.bin"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_disk_that_takes_no_file_is_no_fault_of_the_archive_which_stays()
    {
        // The name fits a file system, and with what a file has until it is whole it does not.
        var name = new string('n', 230);
        var fault = Fault(Archive(name, (name, [1]), ("test.bin", [4])));
        Assert.Equal("FileNotWritable", fault.ErrorId);
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        Assert.Equal(["all.tar.gz.part"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("../data.bin")]
    [InlineData("/etc/data.bin")]
    [InlineData("a/../../data.bin")]
    [InlineData("..\\data.bin")]
    [InlineData("c:data.bin")]
    public void An_archive_that_leads_out_of_its_folder_is_refused_whole(string name)
    {
        var dataset = Archive(("test.bin", [4]), (name, [1]));
        Assert.Equal("ArchiveEntryUnsafe", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_link_in_place_of_a_file_is_refused()
    {
        var dataset = Archive(("test.bin", [4]), ("data.bin", null));
        Assert.Equal("ArchiveEntryUnsafe", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void An_archive_without_a_file_or_with_too_much_in_it_or_of_another_kind_is_refused()
    {
        Assert.Equal("ArchiveIncomplete", Fault(Archive(("data.bin", [1]))).ErrorId);
        Assert.Equal("ArchiveTooLarge",
            Fault(Archive(("data.bin", [1]), ("test.bin", [1]), ("more", new byte[8 << 20]))).ErrorId);
        Assert.Equal("ImageFileUnreadable", Fault(Described([1, 2, 3, 4])).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("https://a.invalid/images.gz\n    bytes: 0", "from 1 to")]
    [InlineData("http://a.invalid/images.gz\n    bytes: 5", "https address")]
    [InlineData("https://a.invalid/other.gz\n    bytes: 5", "neither a file")]
    [InlineData("https://a.invalid/all.tar.gz\n    bytes: 5", "needs 'sha256'")]
    public void A_bad_place_in_a_description_is_a_fault(string download, string reason)
    {
        var fault = Assert.Throws<InputException>(() => DatasetDescriptionReader.Parse("d.yaml", Text(Images, download)));
        Assert.Equal("ConfigValueInvalid", fault.ErrorId);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Datasets_of_the_catalogue_can_be_had_or_say_why_not()
    {
        Assert.All(DatasetCatalogue.Find("mnist").Downloads, download => Assert.Equal("https", download.Address.Scheme));
        foreach (var name in (string[])["shapes", "cifar10-part"])
        {
            Assert.Equal("DatasetNotDownloadable", Assert.Throws<InputException>(
                () => DatasetSaver.Require(DatasetCatalogue.Find(name))).ErrorId);
        }
    }

    private IReadOnlyList<SavedDatasetFile> Save(DatasetDescription dataset) =>
        DatasetSaver.Save(dataset, dataset.Downloads[0], new DownloadSource(_server.Root), _folder, WorkContext.Default);

    private InputException Fault(DatasetDescription dataset) => Assert.Throws<InputException>(() => Save(dataset));

    // A dataset whose images are served; the reader's description names the file by its unpacked hash.
    private DatasetDescription Idx(byte[] served, byte[] content, int? bytes = null)
    {
        _server.Files["images.gz"] = served;
        return DatasetDescriptionReader.Parse(
            "d.yaml", Text(content, $"https://a.invalid/images.gz\n    bytes: {bytes ?? served.Length}"));
    }

    private static string Text(byte[] content, string download) => $"""
        version: 1
        dataset: d
        title: t
        source: s
        licence: l
        format: idx
        shape: [1, 10, 10]
        classes: [a, b]
        folders: [d]
        validation: 10
        download:
          - url: {download}
        train:
          count: 1900
          files:
            - name: images
              sha256: {Convert.ToHexStringLower(SHA256.HashData(content))}
            - name: labels
        test:
          count: 100
          files:
            - name: test-images
            - name: test-labels
        """;

    private DatasetDescription Archive(params (string Name, byte[]? Content)[] entries) => Archive("data.bin", entries);

    private DatasetDescription Archive(string wanted, params (string Name, byte[]? Content)[] entries)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (name, content) in entries)
            {
                tar.WriteEntry(content is null
                    ? new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = "/etc/passwd" }
                    : new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return Described(packed.ToArray(), wanted);
    }

    private DatasetDescription Described(byte[] archive, string wanted = "data.bin")
    {
        _server.Files["all.tar.gz"] = archive;
        return DatasetDescriptionReader.Parse("d.yaml", $"""
            version: 1
            dataset: d
            title: t
            source: s
            licence: l
            format: cifar
            shape: [3, 32, 32]
            classes: [a, b]
            folders: [d]
            validation: 10
            download:
              - url: https://a.invalid/all.tar.gz
                bytes: {archive.Length}
                sha256: {Convert.ToHexStringLower(SHA256.HashData(archive))}
            train:
              count: 100
              files:
                - name: {wanted}
            test:
              count: 10
              files:
                - name: test.bin
            """);
    }

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return packed.ToArray();
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => stop.Cancel();
    }
}
