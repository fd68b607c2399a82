using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Thesis.Engine.Data;
using Xunit;

namespace Thesis.Engine.Tests.Data.Downloads;

/// <summary>What may be in an archive of anyone's.</summary>
public sealed class DatasetArchiveTests : DownloadTests
{
    [Fact]
    public void An_archive_gives_its_files_wherever_they_lie_in_it()
    {
        var dataset = Archive(("folder/data.bin", [1, 2, 3]), ("folder/readme.html", [9]), ("test.bin", [4]));
        Assert.Equal(["data.bin", "test.bin"], Save(dataset).Select(file => file.Name));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Path.Combine(Folder, "data.bin")));
        Assert.Equal(["data.bin", "test.bin"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_disk_that_takes_no_file_is_no_fault_of_the_archive_which_stays()
    {
        // The name fits a file system, and with what a file has until it is whole it does not.
        var name = new string('n', 230);
        var fault = Fault(Archive(name, (name, [1]), ("test.bin", [4])));
        Assert.Equal("FileNotWritable", fault.ErrorId);
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        Assert.Equal(["all.tar.gz.part"], Directory.GetFiles(Folder).Select(Path.GetFileName));
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
        Assert.Empty(Directory.GetFiles(Folder));
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
        Assert.Empty(Directory.GetFiles(Folder));
    }

    // A link to a folder outside, and then a file through it: the folders in an archive are not made, so there is nothing to go through.
    [Fact]
    public void A_file_through_a_link_lands_in_the_datasets_folder()
    {
        var link = new PaxTarEntry(TarEntryType.SymbolicLink, "way") { LinkName = "/tmp" };
        var dataset = Described(Tar([link, Plain("way/data.bin", [1]), Plain("test.bin", [4])]));
        Assert.All(Save(dataset), file => Assert.Equal(Folder, Path.GetDirectoryName(file.Path)));
        Assert.Equal(["data.bin", "test.bin"], Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void An_archive_of_too_many_entries_is_broken_off()
    {
        var entries = Enumerable.Range(0, 10_001).Select(i => new V7TarEntry(TarEntryType.V7RegularFile, $"e{i}"));
        // 512 bytes a header would be too many bytes first.
        Assert.Equal("ArchiveTooLarge", Fault(Described(Tar(entries), count: 10_000)).ErrorId);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    // The longer name of an entry is read into memory at once.
    [Fact]
    public void A_header_that_unpacks_to_much_is_broken_off_before_it_takes_memory()
    {
        var dataset = Described(Tar([new GnuTarEntry(TarEntryType.RegularFile, new string('n', 64 << 20))]));
        Assert.Equal("ArchiveTooLarge", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void An_archive_that_breaks_off_is_refused_whole()
    {
        var whole = Tar([Plain("data.bin", RandomNumberGenerator.GetBytes(100_000)), Plain("test.bin", [4])]);
        Assert.Equal("ImageFileUnreadable", Fault(Described(whole[..60_000])).ErrorId);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void An_archive_of_another_hash_is_not_opened()
    {
        var dataset = Archive(("../data.bin", [1]));
        Server.Files["all.tar.gz"] = [.. Server.Files["all.tar.gz"].Reverse()];
        Assert.Equal("DatasetHashMismatch", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void An_archive_without_a_file_or_with_too_much_in_it_or_of_another_kind_is_refused()
    {
        Assert.Equal("ArchiveIncomplete", Fault(Archive(("data.bin", [1]))).ErrorId);
        Assert.Equal("ArchiveTooLarge",
            Fault(Archive(("data.bin", [1]), ("test.bin", [1]), ("more", new byte[8 << 20]))).ErrorId);
        Assert.Equal("ImageFileUnreadable", Fault(Described([1, 2, 3, 4])).ErrorId);
        Assert.Empty(Directory.GetFiles(Folder));
    }

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
        Server.Files["all.tar.gz"] = archive;
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
}
