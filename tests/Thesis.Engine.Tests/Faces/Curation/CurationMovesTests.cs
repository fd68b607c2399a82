using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Links and moves: done, undone, ended anywhere, and refused where a path is not the dataset's.</summary>
public sealed class CurationMovesTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public CurationMovesTests()
    {
        foreach (var person in (string[])["a", "b"])
        {
            Directory.CreateDirectory(_folder[$"data/{person}"]);
            for (var i = 0; i < 3; i++) File.WriteAllText(_folder[$"data/{person}/{i}.jpg"], $"{person}{i}");
        }
    }

    private string Source => _folder["data"];

    private CuratedImage[] Images =>
    [
        .. Directory.GetFiles(Source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => new CuratedImage(
            path, Path.GetFileName(Path.GetDirectoryName(path))!,
            new CuratedFaceResult(0, 0, 0, 1, "", 1, path.EndsWith("0.jpg", StringComparison.Ordinal) ? CurationVerdict.OtherIdentity : CurationVerdict.Kept))),
    ];

    [Fact]
    public void What_is_done_is_undone()
    {
        var before = Content();
        var steps = Plan();
        Assert.Equal(6, steps.Count);
        CurationManifest.Add(_folder["manifest.json"], steps);
        foreach (var step in steps) CurationMoves.Do(step);
        Assert.False(File.Exists(_folder["data/a/0.jpg"]));
        Assert.Equal("a0", File.ReadAllText(_folder["dropped/a/0.jpg"]));
        Assert.Equal("b1", File.ReadAllText(_folder["kept/b/1.jpg"]));
        Assert.Equal(_folder["data/b/1.jpg"], new FileInfo(_folder["kept/b/1.jpg"]).LinkTarget);

        // The same again changes nothing.
        foreach (var step in steps) CurationMoves.Do(step);
        var read = CurationManifest.Read(_folder["manifest.json"]);
        Assert.Equal(steps, read);
        Assert.All(read, step => Assert.True(CurationMoves.Undo(step)));
        Assert.All(read, step => Assert.False(CurationMoves.Undo(step)));
        Assert.Equal(before, Content());
        Assert.Empty(Directory.GetDirectories(_folder["dropped"]));
    }

    // Every state that an end of the process can leave between two system calls.
    [Theory]
    [InlineData("part alone")]
    [InlineData("part beside the source")]
    [InlineData("nothing done")]
    public void A_step_that_was_ended_is_finished_or_undone_without_loss(string state)
    {
        var step = Plan().First(one => one.Action == CurationAction.Move);
        foreach (var finish in (bool[])[true, false])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(step.Target)!);
            if (state == "part alone") File.Move(step.Source, step.Target + ".part");
            if (state == "part beside the source") File.WriteAllText(step.Target + ".part", "a");
            if (finish)
            {
                CurationMoves.Do(step);
                Assert.Equal("a0", File.ReadAllText(step.Target));
                Assert.False(File.Exists(step.Source) || File.Exists(step.Target + ".part"));
            }

            CurationMoves.Undo(step);
            Assert.Equal("a0", File.ReadAllText(step.Source));
            Assert.False(File.Exists(step.Target));
        }
    }

    [Fact]
    public void A_place_that_is_taken_is_left_alone()
    {
        var steps = Plan();
        foreach (var step in steps)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(step.Target)!);
            File.WriteAllText(step.Target, "another");
            Assert.Equal("TargetTaken", Assert.Throws<InputException>(() => CurationMoves.Do(step)).ErrorId);
            Assert.Equal("another", File.ReadAllText(step.Target));
            Assert.True(File.Exists(step.Source));
        }
    }

    [Fact]
    public void What_is_not_the_dataset_s_is_not_touched()
    {
        Directory.CreateDirectory(_folder["elsewhere"]);
        File.WriteAllText(_folder["elsewhere/x.jpg"], "x");
        File.CreateSymbolicLink(_folder["data/a/link.jpg"], _folder["elsewhere/x.jpg"]);
        Directory.CreateSymbolicLink(_folder["data/c"], _folder["elsewhere"]);
        var face = new CuratedFaceResult(0, 0, 0, 1, "", 1, CurationVerdict.ClusterTooSmall);
        var faults = new List<InputException>();
        var steps = CurationMoves.Plan(
            [
                new(_folder["elsewhere/x.jpg"], "a", face), new(_folder["data/a/link.jpg"], "a", face), new(_folder["data/c/x.jpg"], "c", face),
                new(_folder["data/../elsewhere/x.jpg"], "a", face), new(_folder["data/a/0.jpg"], "../a", face), new("relative.jpg", "a", face),
                new(_folder["data/a/1.jpg"], "a", face), new(_folder["data/b/1.jpg"], "a", face),
            ],
            Source, null, _folder["dropped"], faults.Add);
        Assert.Equal([_folder["data/a/1.jpg"]], steps.Select(step => step.Source));
        Assert.Equal(
            ["ImageOutsideSource", "ImageIsLink", "ImageIsLink", "ImageOutsideSource", "IdentityNoFolderName", "ImageOutsideSource", "TargetTaken"],
            faults.Select(fault => fault.ErrorId));
        Assert.Equal("TargetInSource", Assert.Throws<InputException>(() => CurationMoves.RequireOutside(_folder["data/x"], Source)).ErrorId);
    }

    [Fact]
    public void A_lost_image_is_named()
    {
        var step = Plan().First(one => one.Action == CurationAction.Move);
        File.Delete(step.Source);
        Assert.Equal("ImageMissing", Assert.Throws<InputException>(() => CurationMoves.Do(step)).ErrorId);
        Assert.Equal("ImageMissing", Assert.Throws<InputException>(() => CurationMoves.Undo(step)).ErrorId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"version": 2, "steps": []}""")]
    [InlineData("""{"version": 1, "steps": [{"action": "Delete", "source": "/a", "target": "/b"}]}""")]
    [InlineData("""{"version": 1, "steps": [{"action": "Move", "source": "a", "target": "/b"}]}""")]
    [InlineData("""{"version": 1, "steps": [{"action": "Move", "source": "/a"}]}""")]
    [InlineData("""{"version": 1, "steps": 3}""")]
    public void A_manifest_of_another_kind_is_refused(string text)
    {
        File.WriteAllText(_folder["manifest.json"], text);
        var fault = Assert.Throws<InputException>(() => CurationManifest.Read(_folder["manifest.json"]));
        Assert.Equal(("ManifestInvalid", (object?)_folder["manifest.json"]), (fault.ErrorId, fault.Target));
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<CurationStep> Plan() =>
        CurationMoves.Plan(Images, Source, _folder["kept"], _folder["dropped"], fault => throw fault);

    private string[] Content() =>
        [.. Directory.GetFiles(Source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => $"{path}={File.ReadAllText(path)}")];
}
