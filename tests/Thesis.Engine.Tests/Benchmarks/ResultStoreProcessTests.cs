using System.Diagnostics;
using Thesis.Engine.Benchmarks;
using Xunit;

namespace Thesis.Engine.Tests.Benchmarks;

/// <summary>The store among processes: this test's executable starts itself as the writers.</summary>
public sealed class ResultStoreProcessTests : IDisposable
{
    private const string FolderVariable = "THESIS_TEST_RESULTS";
    private const int Runs = 60;
    private const int Rows = 5;

    private readonly TemporaryFolder _folder = new();

    private ResultStore Store => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true)]
    public void Writer_of_the_tests_below()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        if (folder is null) Assert.Skip("Started by the other tests only.");
        var store = new ResultStore(folder);
        for (var i = 0; i < Runs; i++) store.Add(ResultStoreTests.Run($"run{i}", Rows));
    }

    [Fact]
    public void Two_processes_on_one_folder_lose_nothing_and_double_nothing()
    {
        using var first = StartWriter();
        using var second = StartWriter();
        Assert.True(first.WaitForExit(60_000) && second.WaitForExit(60_000));
        AssertWhole();
    }

    [Fact]
    public void Writers_that_are_killed_again_and_again_leave_every_run_once()
    {
        var random = new Random(7);
        for (var kill = 0; kill < 10; kill++)
        {
            var before = Length();
            using var writer = StartWriter();
            while (Length() == before && !writer.HasExited) Thread.Sleep(1);
            Thread.Sleep(random.Next(12));
            writer.Kill();
            writer.WaitForExit();
            var runs = Store.Read().GroupBy(row => row.RunId).ToArray();
            Assert.All(runs, run => Assert.Equal(Rows, run.Count()));
        }

        using var last = StartWriter();
        Assert.True(last.WaitForExit(60_000));
        AssertWhole();
    }

    private void AssertWhole()
    {
        var runs = Store.Read().GroupBy(row => row.RunId).ToArray();
        Assert.Equal(Enumerable.Range(0, Runs).Select(i => $"run{i}"), runs.Select(run => run.Key));
        Assert.All(runs, run => Assert.Equal(Rows, run.Count()));
    }

    private long Length() => File.Exists(Store.FilePath) ? new FileInfo(Store.FilePath).Length : 0;

    private Process StartWriter()
    {
        // The executable, also where these tests run by dotnet.
        var program = Path.ChangeExtension(GetType().Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var start = new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                "-explicit", "only", "-method", $"{GetType().FullName}.{nameof(Writer_of_the_tests_below)}",
            },
            RedirectStandardOutput = true,
        };
        start.Environment[FolderVariable] = _folder.Path;
        return Process.Start(start)!;
    }
}
