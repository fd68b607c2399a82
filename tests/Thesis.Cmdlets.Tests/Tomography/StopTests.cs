using System.Diagnostics;
using System.Management.Automation;
using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>
/// Ctrl+C in the default geometry, 640 views x 641 bins: the time from the stop to the end of the pipeline, stopped at
/// three points of the run. The machines that test are shared, so the least of the three counts.
/// </summary>
public sealed class StopTests : IClassFixture<ModuleSession>, IDisposable
{
    private const int Size = 416;
    private const int Slices = 96;

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan[] Moments =
        [TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(700), TimeSpan.FromMilliseconds(1200)];

    private readonly ModuleSession _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-stop-").FullName;

    public StopTests(ModuleSession session)
    {
        _session = session;
        var slice = new float[Size * Size];
        for (var i = 0; i < slice.Length; i++)
        {
            var (y, x) = ((i / Size) - 207.5, (i % Size) - 207.5);
            slice[i] = (y * y) + ((x - 40) * (x - 40)) < 200 ? 4000 : (y * y) + (x * x) < 160 * 160 ? 0 : -1000;
        }

        SliceFiles.Write(In("stack.npy"), [.. Enumerable.Repeat(slice, Slices).SelectMany(values => values)], Slices, Size, Size);
        for (var i = 0; i < 9; i++) SliceFiles.Write(In($"p{i}.npy"), new float[640 * 641], 640, 641);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Invoke-MetalArtifactReduction \"$Folder/stack.npy\" -Method LI -Destination \"$Folder/out\" -Force")]
    [InlineData("Invoke-MetalArtifactReduction \"$Folder/stack.npy\" -Method NMAR -Destination \"$Folder/out\" -Force")]
    [InlineData("Invoke-MetalArtifactReduction \"$Folder/stack.npy\" -Method TV -Destination \"$Folder/out\" -Force")]
    [InlineData("ConvertTo-Sinogram \"$Folder/stack.npy\" -Destination \"$Folder/out\" -Force")]
    [InlineData("ConvertFrom-Sinogram \"$Folder/p*.npy\" -Geometry syndeeplesion -Direct -Destination \"$Folder/out\" -Force")]
    [InlineData("New-MetalArtifact \"$Folder/stack.npy\" -Count 4 -Destination \"$Folder/out\" -Force")]
    public void A_stop_ends_the_command_within_a_second(string command)
    {
        var times = Moments.Select(moment => TimeOfStop(command, moment)).ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", times));
        Assert.True(times.Min() < Promised, string.Join(", ", times));
        if (Directory.Exists(In("out"))) Assert.Empty(Directory.GetFiles(In("out"), ".*"));
    }

    private TimeSpan TimeOfStop(string command, TimeSpan moment)
    {
        using var shell = _session.Shell();
        shell.AddScript("param($Folder) " + command).AddParameter("Folder", _folder);
        var run = shell.BeginInvoke();
        Thread.Sleep(moment);
        Assert.False(run.IsCompleted, "The command ended before it was stopped.");
        var clock = Stopwatch.StartNew();
        shell.Stop();
        var time = clock.Elapsed;
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        return time;
    }

    private string In(string name) => Path.Combine(_folder, name);
}
