using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Data.Downloads;

public sealed class DatasetSaverTests : DownloadTests
{
    [Fact]
    public void A_file_is_fetched_checked_and_then_left_alone()
    {
        var dataset = Idx(Packed(Images), Images);
        var saved = Assert.Single(Save(dataset));
        Assert.True(saved.IsNew);
        Assert.Equal(Server.Files["images.gz"], File.ReadAllBytes(saved.Path));
        Assert.Equal(["images.gz"], Directory.GetFiles(Folder).Select(Path.GetFileName));
        Assert.True(DatasetSaver.IsPresent(dataset, dataset.Downloads[0], Folder, WorkContext.Default));
    }

    [Fact]
    public void A_part_of_another_file_is_not_kept_with_the_rest_of_this_one()
    {
        var dataset = Idx(Packed(Images), Images);
        File.WriteAllBytes(Path.Combine(Folder, "images.gz.part"), new byte[1000]);
        Assert.Contains(Fault(dataset).ErrorId, (string[])["DatasetHashMismatch", "ImageFileUnreadable"]);
        Assert.Empty(Directory.GetFiles(Folder));
        Assert.Single(Save(dataset));
    }

    [Fact]
    public void A_file_that_ends_too_early_is_refused_and_nothing_is_kept()
    {
        var whole = Packed(Images);
        var dataset = Idx(whole[..^5000], Images, whole.Length);
        Assert.Contains(Fault(dataset).ErrorId, (string[])["DatasetHashMismatch", "ImageFileUnreadable"]);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void A_part_that_was_whole_when_the_machine_stopped_is_taken()
    {
        var dataset = Idx(Packed(Images), Images);
        File.WriteAllBytes(Path.Combine(Folder, "images.gz.part"), Server.Files["images.gz"]);
        Assert.Single(Save(dataset));
    }

    [Fact]
    public void Another_file_is_refused_and_nothing_is_kept()
    {
        var dataset = Idx(Packed([.. Images.Reverse()]), Images);
        Assert.Equal("DatasetHashMismatch", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void A_file_that_is_there_and_is_another_one_is_a_fault_and_stays()
    {
        var dataset = Idx(Packed(Images), Images);
        var mine = Path.Combine(Folder, "images");
        File.WriteAllText(mine, "mine");
        var fault = Assert.Throws<InputException>(
            () => DatasetSaver.IsPresent(dataset, dataset.Downloads[0], Folder, WorkContext.Default));
        Assert.Equal("DatasetHashMismatch", fault.ErrorId);
        Assert.EndsWith("Give -Force to fetch it anew.", fault.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(mine));
    }

    [Theory]
    [InlineData("images.gz")]
    [InlineData("images")]
    public void A_folder_in_the_place_of_a_file_is_a_fault_before_anything_is_fetched(string name)
    {
        Directory.CreateDirectory(Path.Combine(Folder, name));
        Assert.Equal("FileNotWritable", Fault(Idx(Packed(Images), Images)).ErrorId);
        Assert.Empty(Server.Requests);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void A_longer_answer_than_the_catalogue_states_is_broken_off()
    {
        var dataset = Idx([.. Packed(Images), .. new byte[1000]], Images, bytes: Packed(Images).Length);
        Assert.Equal("DownloadTooLarge", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    // 2,000 images of 10 x 10 and a label each are 202,000 bytes; the reader's spare is a mebibyte.
    [Fact]
    public void A_gzip_bomb_is_broken_off()
    {
        var bomb = new byte[8 << 20];
        var dataset = Idx(Packed(bomb), bomb);
        Assert.Equal("ArchiveTooLarge", Fault(dataset).ErrorId);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    // The catalogue reads a plain file before a packed one.
    [Fact]
    public void A_file_that_is_fetched_again_takes_the_place_of_one_that_is_wrong()
    {
        var dataset = Idx(Packed(Images), Images);
        File.WriteAllText(Path.Combine(Folder, "images"), "wrong");
        Save(dataset);
        Assert.True(DatasetSaver.IsPresent(dataset, dataset.Downloads[0], Folder, WorkContext.Default));
    }

    [Fact]
    public void A_cancelled_call_keeps_its_part()
    {
        var dataset = Idx(Packed(Images), Images);
        using var stop = new CancellationTokenSource();
        var progress = new Stopper(stop);
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetSaver.Save(
            dataset, dataset.Downloads[0], new DownloadSource(Server.Root), Folder,
            WorkContext.Default with { Cancellation = stop.Token, Progress = progress }));
        Assert.Equal(["images.gz.part"], Directory.GetFiles(Folder).Select(Path.GetFileName));
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

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => stop.Cancel();
    }
}
