using System.Management.Automation;
using Xunit;

namespace Thesis.Cmdlets.Tests;

/// <summary>What a terminal shows while the engine works.</summary>
public sealed class ProgressTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-progress-").FullName;

    [Fact]
    public void An_activity_that_has_ended_does_not_stay_on_the_screen()
    {
        using var session = new ModuleSession();
        using var shell = session.Shell();
        shell.AddScript("""
            param($Folder)
            New-SyntheticFace -Protocol ijbb-64 -Destination $Folder |
                Invoke-FaceClustering -Method DDC -Epsilon 0.5 -ClusterCount 64 | Out-Null
            """).AddParameter("Folder", _folder).Invoke();
        Assert.Empty(shell.Streams.Error);

        var shown = shell.Streams.Progress.ToArray();
        Assert.NotEmpty(shown);
        Assert.DoesNotContain(
            shown, record => record.RecordType == ProgressRecordType.Processing && record.PercentComplete == 100);
        Assert.All(
            shown.GroupBy(record => record.Activity),
            activity => Assert.Equal(ProgressRecordType.Completed, activity.Last().RecordType));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
