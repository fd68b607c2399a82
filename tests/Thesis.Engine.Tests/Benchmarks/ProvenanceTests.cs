using Thesis.Engine.Benchmarks;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

public sealed class ProvenanceTests
{
    private const string Hash = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public void The_commit_is_read_from_a_checkout_a_packed_one_and_a_worktree()
    {
        using var folder = new TemporaryFolder();
        var git = Path.Combine(folder.Path, "main", ".git");
        var worktree = Path.Combine(git, "worktrees", "side");
        Directory.CreateDirectory(Path.Combine(git, "refs", "heads"));
        Directory.CreateDirectory(worktree);
        Directory.CreateDirectory(Path.Combine(folder.Path, "side", "deep"));
        File.WriteAllText(Path.Combine(git, "HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(Path.Combine(git, "packed-refs"), $"# pack-refs\n{Hash} refs/heads/main\n");
        File.WriteAllText(Path.Combine(folder.Path, "side", ".git"), $"gitdir: {worktree}\n");
        File.WriteAllText(Path.Combine(worktree, "HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(Path.Combine(worktree, "commondir"), "../..\n");
        Assert.Equal(Hash, SourceCommit.Find(Path.Combine(folder.Path, "main")));
        Assert.Equal(Hash, SourceCommit.Find(Path.Combine(folder.Path, "side", "deep")));

        var newer = new string('a', 40);
        File.WriteAllText(Path.Combine(git, "refs", "heads", "main"), newer + "\n");
        Assert.Equal(newer, SourceCommit.Find(Path.Combine(folder.Path, "side")));
        File.WriteAllText(Path.Combine(git, "HEAD"), Hash);
        Assert.Equal(Hash, SourceCommit.Find(Path.Combine(folder.Path, "main")));
    }

    [Fact]
    public void Without_a_checkout_there_is_no_fault()
    {
        using var folder = new TemporaryFolder();
        Assert.NotNull(SourceCommit.Find(folder.Path));
    }

    [Fact]
    public void The_peak_sees_an_allocation_and_forgets_it_where_the_system_lets_it()
    {
        // The peak is the process's, and other tests give memory back meanwhile: the block is larger than what they have.
        GC.Collect();
        var forgets = PeakMemory.Reset();
        var before = PeakMemory.Megabytes();
        var block = new byte[512 << 20];
        block.AsSpan().Fill(1);
        var peak = PeakMemory.Megabytes();
        Assert.True(peak > 60, $"peak {peak}");
        if (forgets) Assert.True(peak > before + 50, $"{before} -> {peak}");
        GC.KeepAlive(block);
    }
}
