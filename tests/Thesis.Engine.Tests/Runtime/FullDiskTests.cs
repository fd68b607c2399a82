using System.Diagnostics;
using Thesis.Engine.Benchmarks;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Thesis.Engine.Tests.Faces;
using Xunit;

namespace Thesis.Engine.Tests.Runtime;

/// <summary>Writers on a disk of 256 kB; where none can be mounted, a stand-in that throws as a full one does.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Kilobytes = 256;
    private const int TooMany = 1 << 20;

    private readonly string _disk = Directory.CreateTempSubdirectory("thesis-full-").FullName;
    private readonly bool _mounted;

    public FullDiskTests() => _mounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
        && Mount("mount", "-t", "tmpfs", "-o", $"size={Kilobytes}k", "tmpfs", _disk);

    public static TheoryData<string> Writers => ["npy", "npz", "csv", "png", "svg", "results", "catalogue", "part"];

    public void Dispose()
    {
        if (_mounted) Mount("umount", "-l", _disk);
        Directory.Delete(_disk, recursive: true);
    }

    [Fact]
    public void A_checkpoint_that_finds_no_room_leaves_the_old_one()
    {
        RequireDisk();
        var path = Path.Combine(_disk, "run.checkpoint.safetensors");
        SafetensorsFile.Write(path, Archive(100), overwrite: true);
        var before = File.ReadAllBytes(path);
        RequireFull(() => SafetensorsFile.Write(path, Archive(TooMany), overwrite: true));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_disk));
    }

    [Theory]
    [MemberData(nameof(Writers))]
    public void A_writer_that_finds_no_room_says_so_and_leaves_no_half_file(string writer)
    {
        RequireDisk();
        File.WriteAllBytes(Path.Combine(_disk, "ballast"), new byte[1024 * (Kilobytes - 32)]);
        var path = Path.Combine(_disk, "file." + writer);
        RequireFull(() => Write(writer, path));
        string[] kept = writer switch
        {
            "results" => [FolderLock.FileName, "ballast", ResultStore.FileName],
            "part" => ["ballast", "file.part"],
            _ => ["ballast"],
        };

        // A catalogue that was not made may be an empty file, which the next command takes for none.
        var left = new DirectoryInfo(_disk).GetFiles().Where(file => writer != "catalogue" || file.Length > 0);
        Assert.Equal(kept, left.Select(file => file.Name).Order(StringComparer.Ordinal));
        if (writer == "results") Assert.Empty(new ResultStore(_disk).Read());
    }

    [Fact]
    public void A_run_that_finds_no_room_loses_none_of_those_before_it()
    {
        RequireDisk();
        var store = new ResultStore(_disk);
        var kept = 0;
        RequireFull(() =>
        {
            while (store.Add(ResultStoreTests.Run($"run{kept}", 50)) && kept < 1000) kept++;
        });
        Assert.InRange(kept, 1, 999);
        Assert.Equal(50 * kept, store.Read().Count);
    }

    [Fact]
    public void The_code_of_a_full_disk_is_told_from_other_faults()
    {
        var path = Path.Combine(_disk, "file");
        var code = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;
        RequireFull(() => AtomicFile.Write(path, _ => throw new IOException("no room", code)));
        Assert.Equal("FileNotWritable", Assert.Throws<InputException>(
            () => AtomicFile.Write(path, _ => throw new IOException("broken", 5))).ErrorId);
        Assert.Empty(Directory.GetFiles(_disk));
    }

    private void Write(string writer, string path)
    {
        switch (writer)
        {
            case "npy": NpyFile.Write<float>(path, new float[TooMany], TooMany); break;
            case "npz": FaceFeatureFile.Write(Faces(), path, overwrite: false); break;
            case "csv": FaceFeatureFile.Write(Faces(), path, overwrite: false); break;
            case "png" or "svg": ChartFile.Write(Chart(), path, overwrite: false); break;
            case "results": new ResultStore(_disk).Add(ResultStoreTests.Run("a", 2000)); break;
            case "catalogue":
                var faces = CatalogueFixture.Faces(1, [.. Enumerable.Range(0, 2000)]);
                CatalogueAddition.Add(path, [faces], new CatalogueOptions(), WorkContext.Default);
                break;
            default:
                PartFile.Append(
                    path, new MemoryStream(new byte[TooMany]), 0, TooMany, TimeSpan.FromSeconds(9), "", () => new IOException(),
                    fault => fault, WorkContext.Default);
                break;
        }
    }

    private static void RequireFull(Action write)
    {
        var fault = Assert.Throws<InputException>(write);
        Assert.Equal("DiskSpaceInsufficient", fault.ErrorId);
        Assert.Equal(FaultKind.ResourceUnavailable, fault.Kind);
    }

    private static TensorArchive Archive(int values)
    {
        var archive = new TensorArchive();
        archive.Add(ArchivedTensor.Of("weight", new double[values]));
        return archive;
    }

    // Values that deflate does not shrink.
    private static FaceFeatureRow[] Faces()
    {
        var random = new Random(1);
        return
        [
            .. Enumerable.Range(0, 200).Select(i => new FaceFeatureRow(
                $"{i}", "a.png", null, "m",
                new EmbeddedFace(null, 1, [.. Enumerable.Range(0, 512).Select(_ => random.NextSingle())]))),
        ];
    }

    private static Chart Chart()
    {
        var random = new Random(1);
        double[] places = [.. Enumerable.Range(0, 20_000).Select(i => (double)i)];
        double[] values = [.. places.Select(_ => random.NextDouble())];
        var series = new ChartSeries("s", places, values) { Style = ChartStyle.Points };
        return new Chart("", [new ChartPanel("", new ChartAxis("x"), new ChartAxis("y"), [series])]);
    }

    private void RequireDisk()
    {
        if (!_mounted) Assert.Skip("A small disk is mounted on Linux by root only.");
    }

    private static bool Mount(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
