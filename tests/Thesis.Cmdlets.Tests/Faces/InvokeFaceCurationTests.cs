using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

/// <summary>Invoke-FaceCuration and Undo-FaceCuration on a folder for each of two people (tests/data/faces), one image under the wrong name.</summary>
public sealed class InvokeFaceCurationTests : IDisposable
{
    private readonly FaceFolder _folder = new();

    public InvokeFaceCurationTests()
    {
        File.Copy(FaceFolder.Data("crop_bright_1.png"), _folder["crops/dark/wrong.png"]);
        File.WriteAllText(_folder["crops/dark/Thumbs.db"], "");
        Directory.CreateDirectory(_folder["crops/nobody"]);
        Assert.Empty(_folder.Run(
            "Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath model.onnx -FeaturePath crops.npz").ErrorIds);
    }

    private const string Curate = "Invoke-FaceCuration crops.npz -MinimumImages 3 -NeighbourCount 2 -NegativeOffset 5 ";

    [Fact]
    public void Identities_have_figures_a_verdict_and_a_reason_and_strays_are_named()
    {
        var result = _folder.Run(Curate + "-SourceFolder crops");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(2, result.Output.Count);
        Assert.Equal(("bright", 4, 4), (result.Get(0, "Identity"), result.Get(0, "Kept"), result.Get(0, "Faces")));
        Assert.Equal(("dark", 4, 1, 1), (result.Get(1, "Identity"), result.Get(1, "Kept"), result.Get(1, "Dropped"), result.Get(1, "OtherIdentity")));
        Assert.Equal(0.8, (double)result.Get(0, "Purity")!, 1e-12);
        Assert.Equal("Keep", result.Get(1, "Verdict"));
        Assert.Contains("Duplicates", (string)result.Get(1, "Reason")!, StringComparison.Ordinal);
        var warning = Assert.Single(result.Warnings, line => line.Contains("give no face", StringComparison.Ordinal));
        Assert.Contains("1 NotAnImage", warning, StringComparison.Ordinal);
        Assert.Contains("1 EmptyFolder", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_has_tables_sheets_and_a_page_that_needs_no_other_file()
    {
        var result = _folder.Run(Curate + "-SourceFolder crops -Destination report -Detailed");
        Assert.Empty(result.ErrorIds);
        Assert.Equal(9, result.Output.Count);
        var wrong = Assert.Single(result.Output, face => "OtherIdentity".Equals(face.Properties["Reason"].Value));
        Assert.Equal(_folder["crops/dark/wrong.png"], wrong.Properties["Id"].Value);
        Assert.Contains(File.ReadAllLines(_folder["report/faces.csv"]), line => line.StartsWith(_folder["crops/dark/wrong.png"] + ",dark,drop,OtherIdentity,0,", StringComparison.Ordinal));
        Assert.Contains(File.ReadAllLines(_folder["report/files.csv"]), line => line == _folder["crops/dark/Thumbs.db"] + ",NotAnImage");
        Assert.Contains(File.ReadAllLines(_folder["report/duplicates.csv"]), line => line.Contains("wrong.png", StringComparison.Ordinal));
        Assert.Equal(3, File.ReadAllLines(_folder["report/identities.csv"]).Length);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(_folder["report/sheet-0000.png"])[..4]);
        var page = File.ReadAllText(_folder["report/index.html"]);
        Assert.Equal(9, page.Split("data:image/jpeg;base64,").Length - 1);
        Assert.Equal(1, page.Split("<i class=d").Length - 1);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Empty(_folder.Leftovers());
    }

    [Fact]
    public void Images_are_linked_and_moved_only_on_request_and_go_back()
    {
        const string Moves = "-SourceFolder crops -Destination report -LinkKept kept -MoveDropped dropped -NoPicture";
        var said = _folder.Run(Curate + Moves + " -WhatIf");
        Assert.Equal(2, said.Output.Count);
        Assert.False(Directory.Exists(_folder["report"]) || Directory.Exists(_folder["kept"]) || Directory.Exists(_folder["dropped"]));

        Assert.Empty(_folder.Run(Curate + Moves).ErrorIds);
        Assert.Equal(8, Directory.GetFiles(_folder["kept"], "*", SearchOption.AllDirectories).Length);
        Assert.True(File.Exists(_folder["dropped/dark/wrong.png"]));
        Assert.False(File.Exists(_folder["crops/dark/wrong.png"]));

        var asked = _folder.Run("Undo-FaceCuration report/manifest.json -WhatIf");
        Assert.Empty(asked.Output);
        var undone = _folder.Run("Undo-FaceCuration report/manifest.json");
        Assert.Empty(undone.ErrorIds);
        Assert.Equal(9, undone.Output.Count);
        Assert.All(undone.Output, step => Assert.Equal(true, step.Properties["Undone"].Value));
        Assert.True(File.Exists(_folder["crops/dark/wrong.png"]));
        Assert.False(Directory.Exists(_folder["kept/dark"]));
    }

    [Fact]
    public void A_second_run_takes_finished_batches()
    {
        _folder.Run(Curate + "-BatchSize 1 -Destination report -ShardIndex 1 -ShardCount 2");
        Assert.False(File.Exists(_folder["report/faces.csv"]));
        var merged = _folder.Run(Curate + "-BatchSize 1 -Destination report -NoPicture -Verbose");
        Assert.Contains("1 of 2 batches were clustered before.", merged.Verbose);
        Assert.True(File.Exists(_folder["report/faces.csv"]));
    }

    [Theory]
    [InlineData("-LinkKept kept", "CurationFolderMissing")]
    [InlineData("-SourceFolder crops -MoveDropped dropped", "CurationFolderMissing")]
    [InlineData("-SourceFolder nowhere -Destination report", "SourceFolderNotFound")]
    [InlineData("-SourceFolder crops -Destination report -MoveDropped crops/dropped", "TargetInSource")]
    [InlineData("-ShardCount 2", "CurationFolderMissing")]
    [InlineData("-ShardCount 2 -Destination report -SourceFolder crops -LinkKept kept", "ShardNotWhole")]
    [InlineData("-ShardCount 2 -ShardIndex 2 -Destination report", "OptionOutOfRange")]
    public void A_misuse_is_one_error_and_touches_nothing(string parameters, string id)
    {
        var result = _folder.Run(Curate + parameters);
        Assert.Equal([id], result.ErrorIds);
        Assert.Empty(result.Output);
        Assert.False(Directory.Exists(_folder["kept"]) || Directory.Exists(_folder["crops/dropped"]));
    }

    [Fact]
    public void Faces_without_identities_are_one_error() =>
        Assert.Equal(["IdentityMissing"], _folder.Run("Invoke-FaceCuration features.npy").ErrorIds);

    public void Dispose() => _folder.Dispose();
}
