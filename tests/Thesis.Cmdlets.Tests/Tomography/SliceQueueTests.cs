using System.Management.Automation;
using Xunit;

namespace Thesis.Cmdlets.Tests.Tomography;

/// <summary>Slices that are computed several at a time come out as if each had been waited for.</summary>
public sealed class SliceQueueTests : IClassFixture<ModuleSession>, IDisposable
{
    private const string Command =
        "param($Folder, $Threads) Invoke-MetalArtifactReduction \"$Folder/series\" -Method LI, NMAR -Geometry reduced-64 "
        + "-ThreadCount $Threads -Destination \"$Folder/out$Threads\" 2>&1";

    private readonly ModuleSession _session;
    private readonly string _folder = Directory.CreateTempSubdirectory("thesis-queue-").FullName;

    public SliceQueueTests(ModuleSession session)
    {
        _session = session;
        Directory.CreateDirectory(In("series"));
        for (var i = 0; i < 9; i++) SliceFiles.Write(In($"series/s{i}.npy"), SliceFiles.Body(1 + (i % 3), 12 + i));

        // All metal, not square, and no npy at all: faults of the worker's, of the conversion and of the reader.
        var metal = SliceFiles.Body();
        Array.Fill(metal, 3000);
        SliceFiles.Write(In("series/s2.npy"), metal);
        SliceFiles.Write(In("series/s4.npy"), new float[24 * 32], 24, 32);
        File.WriteAllText(In("series/s5.npy"), "text");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Results_and_faults_come_in_the_order_of_the_slices_whatever_the_number_of_threads()
    {
        var (one, four) = (Said(1), Said(4));
        Assert.Equal(one, four);
        string[] expected =
        [
            "s0 LI", "s0 NMAR", "s1 LI", "s1 NMAR", "MetalFillsImage", "MetalFillsImage", "s3 LI", "s3 NMAR", "ImageNotSquare",
            "ImageNotSquare", "NpyInvalid", "s6 LI", "s6 NMAR", "s7 LI", "s7 NMAR", "s8 LI", "s8 NMAR",
        ];
        Assert.Equal(expected.Where(text => text != "NpyInvalid"), four.Where((_, index) => index != 10));
        Assert.Equal(expected.Length, four.Length);
        foreach (var file in Directory.GetFiles(In("out1")))
        {
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(In("out4"), Path.GetFileName(file))));
        }
    }

    [Fact]
    public void What_is_left_of_a_pipeline_that_needs_no_more_is_not_half_written()
    {
        var first = _session.Run(Command + " | Select-Object -First 1", ("Folder", _folder), ("Threads", 4));
        Assert.Equal("s0", Assert.Single(first.Output).Properties["Name"].Value);
        Assert.Empty(Directory.GetFiles(In("out4"), ".*"));
        foreach (var record in Directory.GetFiles(In("out4"), "*.json"))
        {
            Assert.True(File.Exists(Path.ChangeExtension(record, ".npy")), record);
            Assert.True(File.Exists(Path.ChangeExtension(record, ".difference.npy")), record);
        }
    }

    [Fact]
    public void A_target_that_a_failed_slice_was_to_have_is_free_again()
    {
        Directory.CreateDirectory(In("other"));
        SliceFiles.Write(In("other/s2.npy"), SliceFiles.Body());
        var result = _session.Run(
            "param($Folder) Get-Item \"$Folder/series/s2.npy\", \"$Folder/other/s2.npy\", \"$Folder/series/s2.npy\" "
            + "| Invoke-MetalArtifactReduction -Method LI -Geometry reduced-64 -ThreadCount 4 -Destination \"$Folder/out\"",
            ("Folder", _folder));
        Assert.Equal(["MetalFillsImage", "TargetTaken"], result.ErrorIds);
        Assert.Equal("s2", Assert.Single(result.Output).Properties["Name"].Value);
    }

    private string[] Said(int threads) =>
    [
        .. _session.Run(Command, ("Folder", _folder), ("Threads", threads)).Output.Select(item => item.BaseObject switch
        {
            ErrorRecord error => error.FullyQualifiedErrorId.Split(',')[0],
            _ => $"{item.Properties["Name"].Value} {item.Properties["Method"].Value}",
        }),
    ];

    private string In(string name) => Path.Combine(_folder, name);
}
