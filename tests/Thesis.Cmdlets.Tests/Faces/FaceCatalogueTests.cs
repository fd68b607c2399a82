using System.Diagnostics;
using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

/// <summary>The catalogue of faces in the shell: from photographs to named people, and what goes wrong.</summary>
public sealed class FaceCatalogueTests : IDisposable
{
    private const string Crops = "Get-FaceFeature crops -Aligned -Recurse -FolderIdentity -ModelPath model.onnx ";

    private readonly FaceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Photographs_are_added_named_moved_and_added_again()
    {
        var first = Run(Crops + "| Add-Face -CataloguePath people.db -NameByIdentity -Threshold 0.5");
        Assert.Equal(8, first.Output.Count);
        Assert.Equal(["bright", "dark"],
            first.Output.Select(face => (string)face.Properties["Name"].Value).Distinct().Order());
        Directory.Move(_folder["crops"], _folder["moved"]);
        Directory.CreateDirectory(_folder["crops"]);
        var again = Run("Get-FaceFeature moved -Aligned -Recurse -ModelPath model.onnx -FeaturePath moved.npz | Out-Null; Add-Face moved.npz -CataloguePath people.db");
        Assert.Equal(8, again.Output.Count);
        Assert.All(again.Output, face => Assert.Equal("Moved", face.Properties["Outcome"].Value));
        Assert.Equal(
            first.Output.Select(face => (face.Properties["Face"].Value, face.Properties["Name"].Value)).Order(),
            again.Output.Select(face => (face.Properties["Face"].Value, face.Properties["Name"].Value)).Order());
        var people = Run("Get-FaceCluster people.db -Name BRI* | Get-Face");
        Assert.Equal(4, people.Output.Count);
        Assert.All(people.Output, face =>
            Assert.StartsWith(_folder["moved/bright"], (string)face.Properties["Photograph"].Value,
                StringComparison.Ordinal));
    }

    [Fact]
    public void Files_of_one_command_are_one_set_and_a_bad_one_does_not_stop_the_others()
    {
        File.WriteAllText(_folder["bad.csv"], "f0,f1\n1,x\n");
        File.WriteAllText(_folder["other.csv"], "f0,f1\n1,2\n");
        var result = _folder.Run("Add-Face features.npy, bad.csv, other.csv -CataloguePath faces.db");
        Assert.Equal(2, result.ErrorIds.Count);
        Assert.Equal("CatalogueDimensionDiffers", result.ErrorIds[1]);
        var report = Run("Get-FaceCatalogue faces.db -Check");
        Assert.Equal(((long)result.Output.Count, true), (report.Get(0, "Faces"), report.Get(0, "Whole")));
    }

    [Fact]
    public void Features_of_another_model_are_refused_by_name()
    {
        Run(Crops + "| Add-Face -CataloguePath people.db -Threshold 0.5 | Out-Null");
        File.AppendAllText(_folder["model.onnx"], "");
        var mirrored = _folder.Run(Crops + "-Mirrored | Add-Face -CataloguePath people.db");
        Assert.Equal(["CatalogueModelDiffers"], mirrored.ErrorIds);
        Assert.Contains("mirrored", mirrored.Errors[0].Exception.Message, StringComparison.Ordinal);
        var other = _folder.Run("Add-Face features.npy -CataloguePath people.db -ModelName arcface");
        Assert.Equal(["CatalogueModelDiffers"], other.ErrorIds);
    }

    [Fact]
    public void WhatIf_says_what_would_be_and_writes_nothing()
    {
        var planned = Run("Add-Face features.npy -CataloguePath faces.db -WhatIf");
        Assert.NotEmpty(planned.Output);
        Assert.False(File.Exists(_folder["faces.db"]));
        Run("Add-Face features.npy -CataloguePath faces.db | Out-Null");
        var bytes = File.ReadAllBytes(_folder["faces.db"]);
        Run("""
            Add-Face features.npy -CataloguePath faces.db -WhatIf
            Set-FaceCluster faces.db 1 -Name Ann -WhatIf
            Merge-FaceCluster faces.db 1, 2 -WhatIf
            Split-FaceCluster faces.db 1 -Threshold 0.1 -WhatIf
            Set-Face faces.db 1 -Ignore -WhatIf
            Remove-Face faces.db 1 -WhatIf
            Update-FaceCluster faces.db -Threshold 0.7 -WhatIf
            Undo-FaceChange faces.db -WhatIf
            """);
        Assert.Equal(bytes, File.ReadAllBytes(_folder["faces.db"]));
    }

    [Fact]
    public void Clusters_of_a_pipeline_are_changed_together_or_not_at_all()
    {
        Run("Add-Face features.npy -CataloguePath faces.db | Out-Null");
        var ignored = Run("Get-FaceCluster faces.db -Cluster 1, 2, 3 | Set-FaceCluster -Ignore");
        Assert.All(ignored.Output, cluster => Assert.Equal(true, cluster.Properties["Ignored"].Value));
        Assert.Empty(Run("Get-FaceCluster faces.db | Where-Object Cluster -in 1, 2, 3").Output);
        var faulty = _folder.Run("Set-FaceCluster faces.db 4, 999999 -Ignore");
        Assert.Equal(["ClusterNotFound"], faulty.ErrorIds);
        Assert.Equal(false, Run("Get-FaceCluster faces.db -Cluster 4").Get(0, "Ignored"));
        Assert.Equal(["ClusterNameTaken"],
            _folder.Run("Set-FaceCluster faces.db 5 -Name Ann | Out-Null; Set-FaceCluster faces.db 6 -Name ANN").ErrorIds);
        Assert.Equal(["ClusterChangeMissing"], _folder.Run("Set-FaceCluster faces.db 5").ErrorIds);
        Assert.Equal("Set-FaceCluster", Run("Undo-FaceChange faces.db").Get(0, "Command"));
        Assert.Empty(Run("Get-FaceCluster faces.db -Name Ann").Output);
        Assert.Equal(["CatalogueNotFound"], _folder.Run("Get-Face none.db").ErrorIds);
    }

    // A real shell, killed while it adds: the journal that it leaves is rolled back by the next command.
    [Fact]
    public void A_shell_that_is_killed_while_it_adds_leaves_whole_days()
    {
        File.WriteAllText(_folder["days.ps1"], $$"""
            Import-Module '{{ModuleSession.ManifestPath}}'
            Set-Location '{{_folder.Path}}'
            foreach ($day in 1..500) {
                $random = [Random]::new($day)
                $faces = foreach ($i in 1..40) { [pscustomobject] @{ Id = "$day/$i"; Path = "/$day/$i.jpg"; Feature = [float[]] $(foreach ($k in 1..16) { $random.NextDouble() - .5 }) } }
                $faces | Add-Face -CataloguePath faces.db -Threshold 0.3 | Out-Null
                [Console]::Out.WriteLine("day $day")
            }
            """);
        var said = 0;
        using (var process = RealShell.Start(_folder["days.ps1"]))
        {
            var clock = Stopwatch.StartNew();
            while (said < 3 && clock.Elapsed < TimeSpan.FromMinutes(2))
            {
                if (process.StandardOutput.ReadLine() is not { } line) break;
                if (line.StartsWith("day ", StringComparison.Ordinal)) said++;
            }

            Thread.Sleep(37);
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            foreach (var line in process.StandardOutput.ReadToEnd().Split('\n'))
            {
                if (line.StartsWith("day ", StringComparison.Ordinal)) said++;
            }
        }

        Assert.InRange(said, 3, 499);
        Assert.Equal(true, Run("Get-FaceCatalogue faces.db -Check").Get(0, "Whole"));
        var days = Run("Get-Face faces.db").Output.GroupBy(face =>
            ((string)face.Properties["Photograph"].Value).Split('/')[1]).ToList();
        Assert.All(days, day => Assert.Equal(40, day.Count()));
        Assert.InRange(days.Count, said, said + 1);
    }

    private RunResult Run(string script)
    {
        var result = _folder.Run(script);
        Assert.Empty(result.ErrorIds);
        return result;
    }
}
