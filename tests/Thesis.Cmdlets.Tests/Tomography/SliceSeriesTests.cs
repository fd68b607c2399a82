using System.Diagnostics;
using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>A folder of a hundred slices: stopped, killed, and taken up again.</summary>
public sealed class SliceSeriesTests : IClassFixture<ModuleSession>, IDisposable
{
    private const int Slices = 100;

    private const string Command =
        "param($Folder) Invoke-MetalArtifactReduction \"$Folder/series\" -Method LI -Geometry reduced-64 "
        + "-Destination \"$Folder/out\"";

    private readonly ModuleSession _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-series-").FullName;

    public SliceSeriesTests(ModuleSession session)
    {
        _session = session;
        Directory.CreateDirectory(In("series"));
        for (var i = 0; i < Slices; i++)
        {
            SliceFiles.Write(In($"series/s{i:D3}.npy"), SliceFiles.Body(1 + (i % 3), 12 + (i % 9)));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_stop_leaves_whole_files_and_Resume_makes_the_rest()
    {
        using var shell = _session.Shell();
        shell.AddScript(Command).AddParameter("Folder", _folder);
        var run = shell.BeginInvoke();
        WaitForRecords(5, () => run.IsCompleted);
        shell.Stop();
        CheckResumed(isComplete: name => File.Exists(In($"out/{name}.li.json")), temporaryAllowed: false);
    }

    [Fact]
    public void After_a_kill_Resume_makes_the_rest()
    {
        var script = In("run.ps1");
        File.WriteAllText(script, $"Import-Module '{ModuleSession.ManifestPath}'\n"
            + $"Invoke-MetalArtifactReduction '{In("series")}' -Method LI -Geometry reduced-64 -Destination '{In("out")}'");
        using (var process = RealShell.Start(script))
        {
            WaitForRecords(5, () => process.HasExited);
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        CheckResumed(isComplete: name => File.Exists(In($"out/{name}.li.json")), temporaryAllowed: true);
    }

    [Fact]
    public void A_slice_without_its_record_is_made_again_and_other_settings_are_refused()
    {
        foreach (var file in Directory.GetFiles(In("series")).Order(StringComparer.Ordinal).Skip(3)) File.Delete(file);
        Assert.Empty(_session.Run(Command, ("Folder", _folder)).ErrorIds);
        var whole = File.ReadAllBytes(In("out/s001.li.npy"));
        File.Delete(In("out/s001.li.json"));
        File.WriteAllBytes(In("out/s001.li.npy"), [1]);
        var resumed = _session.Run(Command + " -Resume", ("Folder", _folder));
        Assert.Equal(["Skipped", "Reduced", "Skipped"], Statuses(resumed));
        Assert.Equal(whole, File.ReadAllBytes(In("out/s001.li.npy")));
        var other = _session.Run(Command + " -Resume -LeaveMetalOut", ("Folder", _folder));
        Assert.Equal(Enumerable.Repeat("ResumeSettingsDiffer", 3), other.ErrorIds);
        File.WriteAllText(In("out/s002.li.json"), "{");
        Assert.Equal(["ReductionRecordInvalid"], _session.Run(Command + " -Resume", ("Folder", _folder)).ErrorIds);
    }

    [Fact]
    public void A_slice_whose_source_or_sinogram_has_changed_is_not_taken_for_complete()
    {
        foreach (var file in Directory.GetFiles(In("series")).Order(StringComparer.Ordinal).Skip(1)) File.Delete(file);
        Assert.Empty(_session.Run(Command, ("Folder", _folder)).ErrorIds);
        SliceFiles.Write(In("series/s000.npy"), SliceFiles.Body(3));
        Assert.Equal(["ResumeSettingsDiffer"], _session.Run(Command + " -Resume", ("Folder", _folder)).ErrorIds);

        const string project = "param($Folder) ConvertTo-Sinogram \"$Folder/series\" -Geometry reduced-64 -Destination \"$Folder/series\"";
        Assert.Empty(_session.Run(Command + " -Force", ("Folder", _folder)).ErrorIds);
        Assert.Equal(["Skipped"], Statuses(_session.Run(Command + " -Resume", ("Folder", _folder))));
        Assert.Empty(_session.Run(project, ("Folder", _folder)).ErrorIds);
        File.Move(In("series/s000.sinogram.json"), In("other.json"));
        Assert.Equal(["FeatureFileNotFound"], _session.Run(Command + " -Resume", ("Folder", _folder)).ErrorIds);
        File.Move(In("other.json"), In("series/s000.sinogram.json"));
        Assert.Equal(["ResumeSettingsDiffer"], _session.Run(Command + " -Resume", ("Folder", _folder)).ErrorIds);
    }

    [Fact]
    public void Progress_names_the_slices()
    {
        using var shell = _session.Shell();
        shell.AddScript(Command).AddParameter("Folder", _folder).Invoke();
        var shown = shell.Streams.Progress.Where(record => record.ActivityId == 1000).Select(record => record.StatusDescription);
        Assert.Contains("slice 100 of 100: s099", shown);
    }

    private void CheckResumed(Func<string, bool> isComplete, bool temporaryAllowed)
    {
        var done = Enumerable.Range(0, Slices).Select(i => $"s{i:D3}").Where(isComplete).ToHashSet();
        Assert.InRange(done.Count, 5, Slices - 1);
        if (!temporaryAllowed) Assert.Empty(Directory.GetFiles(In("out"), ".*"));
        var times = done.ToDictionary(name => name, name => File.GetLastWriteTimeUtc(In($"out/{name}.li.npy")));
        var resumed = _session.Run(Command + " -Resume", ("Folder", _folder));
        Assert.Empty(resumed.ErrorIds);
        Assert.Equal(
            Enumerable.Range(0, Slices).Select(i => done.Contains($"s{i:D3}") ? "Skipped" : "Reduced"), Statuses(resumed));
        Assert.All(times, time => Assert.Equal(time.Value, File.GetLastWriteTimeUtc(In($"out/{time.Key}.li.npy"))));
        Assert.Equal(Slices, Directory.GetFiles(In("out"), "s*.li.json").Length);

        var whole = _session.Run(Command.Replace("$Folder/out", "$Folder/whole", StringComparison.Ordinal), ("Folder", _folder));
        Assert.Empty(whole.ErrorIds);
        foreach (var file in Directory.GetFiles(In("whole"), "*.npy"))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(In("out/" + Path.GetFileName(file))));
        }
    }

    private void WaitForRecords(int count, Func<bool> hasEnded)
    {
        var clock = Stopwatch.StartNew();
        while (Records() < count)
        {
            Assert.False(hasEnded(), "The series ended before it was stopped.");
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "No slice was reduced in two minutes.");
            Thread.Sleep(5);
        }

        int Records() => Directory.Exists(In("out")) ? Directory.GetFiles(In("out"), "*.json").Length : 0;
    }

    private static IEnumerable<string> Statuses(RunResult result) =>
        result.Output.Select((_, i) => (string)result.Get(i, "Status")!);

    private string In(string name) => Path.Combine(_folder, name);
}
