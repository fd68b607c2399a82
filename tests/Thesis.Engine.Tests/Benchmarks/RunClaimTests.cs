using Thesis.Engine.Benchmarks;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

public sealed class RunClaimTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_claimed_run_is_nobody_elses_until_it_is_given_back()
    {
        var claim = RunClaim.Take(_folder.Path, "a");
        Assert.NotNull(claim);
        Assert.Null(RunClaim.Take(_folder.Path, "a"));
        using (var other = RunClaim.Take(_folder.Path, "b")) Assert.NotNull(other);
        claim.Dispose();
        Assert.Empty(Directory.GetFiles(_folder.Path));
        using var next = RunClaim.Take(_folder.Path, "a");
        Assert.NotNull(next);
    }

    [Fact]
    public void The_file_of_a_dead_session_does_not_count()
    {
        File.WriteAllText(RunClaim.FileOf(_folder.Path, "a"), "process 1 on a machine that is gone, with a long name, since 2026-11-29T00:00:00Z\n");
        using (var claim = RunClaim.Take(_folder.Path, "a")) Assert.NotNull(claim);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Of_many_at_once_one_has_it_at_a_time()
    {
        var within = 0;
        var most = 0;
        var taken = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var claim = RunClaim.Take(_folder.Path, "a");
            if (claim is null) return;
            var now = Interlocked.Increment(ref within);
            if (now > 1) Interlocked.Exchange(ref most, now);
            Interlocked.Increment(ref taken);
            Thread.Yield();
            Interlocked.Decrement(ref within);
        });
        Assert.Equal(0, most);
        Assert.InRange(taken, 1, 400);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    // To call it another session's would be to wait for ever.
    [Fact]
    public void A_claim_that_cannot_be_opened_is_an_error_and_no_claim_of_another()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a link takes a right there that users do not have");
        File.CreateSymbolicLink(RunClaim.FileOf(_folder.Path, "a"), Path.Combine(_folder.Path, "gone", "file"));
        Assert.Equal("FileNotWritable", Assert.Throws<InputException>(() => RunClaim.Take(_folder.Path, "a")).ErrorId);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error_and_no_claim_of_another()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        Assert.Equal("FileNotWritable", Assert.Throws<InputException>(() => RunClaim.Take(file, "a")).ErrorId);
    }
}
