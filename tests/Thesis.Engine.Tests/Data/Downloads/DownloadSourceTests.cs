using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data.Downloads;

/// <summary>What a server may do, and which are asked.</summary>
public sealed class DownloadSourceTests : DownloadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_broke_off_goes_on_where_it_stopped_or_begins_anew_where_the_server_cannot(bool ranges)
    {
        var dataset = Idx(Packed(Images), Images);
        (Server.Limit, Server.Ranges) = (50_000, ranges);
        Assert.Equal("DownloadFailed", Fault(dataset).ErrorId);
        var kept = new FileInfo(Path.Combine(Folder, "images.gz.part")).Length;
        Assert.InRange(kept, 1, 50_000);
        Server.Limit = null;
        Assert.Equal(Server.Files["images.gz"], File.ReadAllBytes(Assert.Single(Save(dataset)).Path));
        Assert.Equal([0, kept], Server.Requests.Select(request => request.Offset));
    }

    [Fact]
    public void A_server_that_goes_on_elsewhere_in_the_file_is_a_fault_and_the_part_stays()
    {
        var dataset = Idx(Packed(Images), Images);
        File.WriteAllBytes(Path.Combine(Folder, "images.gz.part"), Server.Files["images.gz"][..1000]);
        Server.Claimed = 500;
        Assert.Equal("DownloadFailed", Fault(dataset).ErrorId);
        Assert.Equal(1000, new FileInfo(Path.Combine(Folder, "images.gz.part")).Length);
        Server.Claimed = null;
        Assert.Single(Save(dataset));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50_000, 1)]
    public void A_server_that_says_nothing_any_more_is_not_waited_for_for_ever(int after, int parts)
    {
        var dataset = Idx(Packed(Images), Images);
        Server.Silence = after;
        var source = new DownloadSource(Server.Root) { Patience = TimeSpan.FromSeconds(0.3) };
        var fault = Assert.Throws<InputException>(
            () => DatasetSaver.Save(dataset, dataset.Downloads[0], source, Folder, WorkContext.Default));
        Assert.Equal("DownloadFailed", fault.ErrorId);
        Assert.Contains("nothing came for 0.3 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(parts, Directory.GetFiles(Folder).Length);
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
        Server.Elsewhere["images.gz"] = other;
        var fault = Fault(dataset);
        Assert.Equal("DownloadRedirected", fault.ErrorId);
        Assert.Contains(other, fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Another_path_of_the_same_server_is_followed_and_a_circle_is_not()
    {
        var dataset = Idx(Packed(Images), Images);
        Server.Files["new/images.gz"] = Server.Files["images.gz"];
        Server.Elsewhere["images.gz"] = "/new/images.gz";
        Assert.Single(Save(dataset));
        Server.Elsewhere["new/images.gz"] = "/images.gz";
        var fault = Fault(dataset);
        Assert.Equal("DownloadFailed", fault.ErrorId);
        Assert.Contains("more than 5 times", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_said_with_its_address()
    {
        var dataset = Idx(Packed(Images), Images);
        Server.Files.Clear();
        var fault = Fault(dataset);
        Assert.Equal("DownloadNotFound", fault.ErrorId);
        Assert.Contains(Server.Root, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.invalid/")]
    [InlineData("ftp://example.invalid/")]
    [InlineData("no-such-folder")]
    public void Only_https_and_folders_are_sources(string source)
    {
        Assert.Equal("DownloadSourceInvalid", Assert.Throws<InputException>(() => new DownloadSource(source)).ErrorId);
    }

    [Fact]
    public void A_folder_whose_file_cannot_be_opened_is_a_fault()
    {
        var dataset = Idx(Packed(Images), Images);
        var source = Directory.CreateDirectory(Path.Combine(Folder, "source")).FullName;
        using var held = new FileStream(Path.Combine(source, "images.gz"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal("DownloadFailed", Assert.Throws<InputException>(() => DatasetSaver.Save(
            dataset, dataset.Downloads[0], new DownloadSource(source), Folder, WorkContext.Default)).ErrorId);
    }

    [Fact]
    public void A_folder_is_a_source()
    {
        var dataset = Idx(Packed(Images), Images);
        var (source, target) = (Path.Combine(Folder, "source"), Path.Combine(Folder, "target"));
        Directory.CreateDirectory(source);
        File.WriteAllBytes(Path.Combine(source, "images.gz"), Server.Files["images.gz"]);
        DatasetSaver.Save(dataset, dataset.Downloads[0], new DownloadSource(source), target, WorkContext.Default);
        Assert.True(File.Exists(Path.Combine(target, "images.gz")));
        Assert.Empty(Server.Requests);
    }
}
