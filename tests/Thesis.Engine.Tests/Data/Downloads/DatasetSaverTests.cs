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
    public void A_part_of_another_file_is_not_kept_with_the_rest_of_this_one()
    {
        var dataset = Idx(Packed(Images), Images);
        File.WriteAllBytes(Path.Combine(_folder, "images.gz.part"), new byte[1000]);
        Assert.Contains(Fault(dataset).ErrorId, (string[])["DatasetHashMismatch", "ImageFileUnreadable"]);
        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Single(Save(dataset));
    }

    [Fact]
    public void A_server_that_goes_on_elsewhere_in_the_file_is_a_fault_and_the_part_stays()
    {
        var dataset = Idx(Packed(Images), Images);
        File.WriteAllBytes(Path.Combine(_folder, "images.gz.part"), _server.Files["images.gz"][..1000]);
        _server.Claimed = 500;
        Assert.Equal("DownloadFailed", Fault(dataset).ErrorId);
        Assert.Equal(1000, new FileInfo(Path.Combine(_folder, "images.gz.part")).Length);
        _server.Claimed = null;
        Assert.Single(Save(dataset));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50_000, 1)]
    public void A_server_that_says_nothing_any_more_is_not_waited_for_for_ever(int after, int parts)
    {
        var dataset = Idx(Packed(Images), Images);
        _server.Silence = after;
        var source = new DownloadSource(_server.Root) { Patience = TimeSpan.FromSeconds(0.3) };
        var fault = Assert.Throws<InputException>(
            () => DatasetSaver.Save(dataset, dataset.Downloads[0], source, _folder, WorkContext.Default));
        Assert.Equal("DownloadFailed", fault.ErrorId);
        Assert.Contains("nothing came for 0.3 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(parts, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_file_that_ends_too_early_is_refused_and_nothing_is_kept()
    {
        var whole = Packed(Images);
        var dataset = Idx(whole[..^5000], Images, whole.Length);
        Assert.Contains(Fault(dataset).ErrorId, (string[])["DatasetHashMismatch", "ImageFileUnreadable"]);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("http://example.invalid/images.gz")]
    [InlineData("https://example.invalid/images.gz")]
    [InlineData("//example.invalid/images.gz")]
    [InlineData("https://127.0.0.1/images.gz")]
    [InlineData("file:///etc/hostname")]
    public void Nobody_else_is_asked_where_a_server_sends_on(string other)
    {
        var dataset = Idx(Packed(Images), Images);
        _server.Elsewhere["images.gz"] = other;
        var fault = Fault(dataset);
        Assert.Equal("DownloadRedirected", fault.ErrorId);
        Assert.Contains(other, fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Another_path_of_the_same_server_is_followed_and_a_circle_is_not()
    {
        var dataset = Idx(Packed(Images), Images);
        _server.Files["new/images.gz"] = _server.Files["images.gz"];
        _server.Elsewhere["images.gz"] = "/new/images.gz";
        Assert.Single(Save(dataset));
        _server.Elsewhere["new/images.gz"] = "/images.gz";
        var fault = Fault(dataset);
        Assert.Equal("DownloadFailed", fault.ErrorId);
        Assert.Contains("more than 5 times", fault.Message, StringComparison.Ordinal);
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

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Directory)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.Fifo)]
    public void A_link_folder_or_device_in_place_of_a_file_is_refused(TarEntryType type)
    {
        var odd = new PaxTarEntry(type, "data.bin");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) odd.LinkName = "/etc/passwd";
        var dataset = Described(Tar([Plain("test.bin", [4]), odd]));
        Assert.Equal("ArchiveEntryUnsafe", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    // A link to a folder outside, and then a file through it: the folders in an archive are not made, so there is nothing to go through.
    [Fact]
    public void A_file_through_a_link_lands_in_the_datasets_folder()
    {
        var link = new PaxTarEntry(TarEntryType.SymbolicLink, "way") { LinkName = "/tmp" };
        var dataset = Described(Tar([link, Plain("way/data.bin", [1]), Plain("test.bin", [4])]));
        Assert.All(Save(dataset), file => Assert.Equal(_folder, Path.GetDirectoryName(file.Path)));
        Assert.Equal(["data.bin", "test.bin"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void An_archive_of_too_many_entries_is_broken_off()
    {
        var entries = Enumerable.Range(0, 10_001).Select(i => new V7TarEntry(TarEntryType.V7RegularFile, $"e{i}"));
        // 512 bytes a header would be too many bytes first.
        Assert.Equal("ArchiveTooLarge", Fault(Described(Tar(entries), count: 10_000)).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    // The longer name of an entry is read into memory at once.
    [Fact]
    public void A_header_that_unpacks_to_much_is_broken_off_before_it_takes_memory()
    {
        var dataset = Described(Tar([new GnuTarEntry(TarEntryType.RegularFile, new string('n', 64 << 20))]));
        Assert.Equal("ArchiveTooLarge", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void An_archive_that_breaks_off_is_refused_whole()
    {
        var whole = Tar([Plain("data.bin", RandomNumberGenerator.GetBytes(100_000)), Plain("test.bin", [4])]);
        Assert.Equal("ImageFileUnreadable", Fault(Described(whole[..60_000])).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void An_archive_of_another_hash_is_not_opened()
    {
        var dataset = Archive(("../data.bin", [1]));
        _server.Files["all.tar.gz"] = [.. _server.Files["all.tar.gz"].Reverse()];
        Assert.Equal("DatasetHashMismatch", Fault(dataset).ErrorId);
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

    private DatasetDescription Archive(params (string Name, byte[] Content)[] entries) => Archive("data.bin", entries);

    private DatasetDescription Archive(string wanted, params (string Name, byte[] Content)[] entries) =>
        Described(Tar(entries.Select(entry => Plain(entry.Name, entry.Content))), wanted);

    private static PaxTarEntry Plain(string name, byte[] content) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    private static byte[] Tar(IEnumerable<TarEntry> entries)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var entry in entries) tar.WriteEntry(entry);
        }

        return packed.ToArray();
    }

    private DatasetDescription Described(byte[] archive, string wanted = "data.bin", int count = 100)
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
              count: {count}
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
