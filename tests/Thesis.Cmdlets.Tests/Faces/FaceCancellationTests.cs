using System.Diagnostics;
using System.Management.Automation;
using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

/// <summary>Ctrl+C: a long clustering ends within a second or so and leaves no file behind.</summary>
public sealed class FaceCancellationTests(FaceCancellationTests.LongFaces faces)
    : IClassFixture<FaceCancellationTests.LongFaces>
{
    // A second is the promise; a machine under load gets another.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("AHC")]
    [InlineData("PAHC")]
    [InlineData("DDC-NEG")]
    [InlineData("ARO")]
    [InlineData("DBSCAN")]
    [InlineData("HDBSCAN")]
    [InlineData("ChineseWhispers")]
    [InlineData("ConPaC")]
    [InlineData("AffinityPropagation")]
    [InlineData("FC-ES")]
    public async Task A_clustering_that_is_stopped_ends_soon_and_leaves_no_file(string method)
    {
        using var shell = faces.Session.Shell();
        shell.AddCommand("Invoke-FaceClustering").AddParameter("LiteralPath", faces.Features)
            .AddParameter("Method", method).AddParameter("DendrogramPath", faces.Tree);
        await StopAtProgress(shell);
        Assert.Equal(["features.npy", "identities.txt"], faces.Files());
    }

    [Fact]
    public async Task A_generation_that_is_stopped_leaves_no_file()
    {
        var target = Path.Combine(faces.Folder, "other");
        using var shell = faces.Session.Shell();
        shell.AddCommand("New-SyntheticFace").AddParameter("Protocol", "ijbb-1845")
            .AddParameter("Destination", target);
        // At once: a fast machine generates them in less than a second, and what is complete is written.
        await StopAtProgress(shell, delay: TimeSpan.Zero);
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public async Task A_session_works_on_after_a_stop()
    {
        using var shell = faces.Session.Shell();
        shell.AddCommand("Invoke-FaceClustering").AddParameter("LiteralPath", faces.Features);
        await StopAtProgress(shell);
        var result = faces.Session.Run(", [double[]](1, 2, 3) | Invoke-FaceClustering -Threshold 0.5");
        Assert.Empty(result.ErrorIds);
        Assert.Single(result.Output);
    }

    /// <summary>Runs until the engine reports progress, stops, and expects the stop to be obeyed.</summary>
    private static async Task StopAtProgress(PowerShell shell, TimeSpan? delay = null)
    {
        var working = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.Streams.Progress.DataAdded += (_, _) => working.TrySetResult();
        var running = shell.BeginInvoke();
        await working.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Task.Delay(delay ?? TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted, "It ended before it could be stopped.");

        var watch = Stopwatch.StartNew();
        shell.EndStop(shell.BeginStop(null, null));
        Assert.True(watch.Elapsed < Soon, $"The stop took {watch.Elapsed}.");
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
    }

    /// <summary>18,251 faces of 320 values: every method works on them for seconds.</summary>
    public sealed class LongFaces : IDisposable
    {
        public LongFaces() => Session.Run($"New-SyntheticFace -Protocol ijbb-512 -Destination '{Folder}'");

        public ModuleSession Session { get; } = new();

        public string Folder { get; } = Directory.CreateTempSubdirectory("thesis-faces-").FullName;

        public string Features => Path.Combine(Folder, "features.npy");

        public string Tree => Path.Combine(Folder, "z.npy");

        /// <summary>The files that are there, hidden ones too.</summary>
        public IEnumerable<string> Files() =>
            new DirectoryInfo(Folder).GetFiles("*", new EnumerationOptions { AttributesToSkip = 0 })
                .Select(file => file.Name).Order(StringComparer.Ordinal);

        public void Dispose()
        {
            Session.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
