using System.Collections.Immutable;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography.Networks;

public sealed class ExampleCacheTests : IDisposable
{
    private const int Count = 5;

    private static readonly SeededRandom Random = new(6L);
    private static readonly ImmutableDictionary<string, string> Identity =
        ImmutableDictionary<string, string>.Empty.Add("seed", "6").Add("data", "phantoms");

    private readonly TestFolder _folder = new();

    private string Folder => _folder["examples"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_read_is_what_was_made(bool isCorrected)
    {
        var made = NetworkCases.Factory(isCorrected).MakeOne(3, Random.Fork(3), WorkContext.Default);
        var cache = Open(isCorrected: isCorrected);
        var read = cache.Make([1, 3], new SeededRandom(99L), WorkContext.Default)[1];
        Assert.Equal(made.Input.Artifact, read.Input.Artifact);
        Assert.Equal(made.Input.Corrected, read.Input.Corrected);
        Assert.Equal(made.Input.Interpolated, read.Input.Interpolated);
        Assert.Equal(made.Input.Sinogram, read.Input.Sinogram);
        Assert.Equal(made.Input.Trace, read.Input.Trace);
        Assert.Equal(made.Sinogram, read.Sinogram);
        Assert.Equal(made.Image, read.Image);
        Assert.Equal(made.Metal.Values, read.Metal.Values);
    }

    [Fact]
    public void What_is_missing_is_made_to_the_same_bytes_and_nothing_else()
    {
        Open(new WorkContext { Threads = 1 });
        var files = Directory.GetFiles(Folder).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(Count + 1, files.Length);
        var before = files.Select(File.ReadAllBytes).ToArray();
        File.Delete(files[2]);
        var said = new List<string>();
        Open(new WorkContext { Threads = 3, Verbose = said.Add });
        Assert.Equal(before, files.Select(File.ReadAllBytes));
        Assert.Contains($"1 of {Count}", Assert.Single(said), StringComparison.Ordinal);
        Open(new WorkContext { Verbose = said.Add });
        Assert.Single(said);
    }

    [Fact]
    public void A_stop_leaves_whole_examples_and_the_next_run_makes_the_rest()
    {
        using var stop = new CancellationTokenSource();
        var work = new WorkContext
        {
            Threads = 1, Cancellation = stop.Token,
            Progress = new Watcher(progress => { if (progress.Done == 2) stop.Cancel(); }),
        };
        Assert.ThrowsAny<OperationCanceledException>(() => Open(work));
        Assert.InRange(Directory.GetFiles(Folder, "*.safetensors").Length, 2, Count - 1);
        Assert.Equal(Count, Open().Make([0, 1, 2, 3, 4], Random, WorkContext.Default).Length);
    }

    [Fact]
    public void Examples_of_something_else_are_refused()
    {
        Open();
        var fault = Assert.Throws<InputException>(() => Open(identity: Identity.SetItem("seed", "7")));
        Assert.Equal("ExampleCacheMismatch", fault.ErrorId);
        Assert.Contains("another seed: 6, not 7", fault.Message, StringComparison.Ordinal);
        Assert.Equal("ExampleCacheMismatch", Assert.Throws<InputException>(() => Open(isCorrected: true)).ErrorId);

        Directory.CreateDirectory(_folder["other"]);
        File.WriteAllText(Path.Combine(_folder["other"], "diary.txt"), "mine");
        Assert.Equal("ExampleCacheInvalid", Assert.Throws<InputException>(() => Open(folder: _folder["other"])).ErrorId);
        Assert.Single(Directory.GetFiles(_folder["other"]));

        File.WriteAllText(Path.Combine(Folder, "manifest.json"), "[1");
        Assert.Equal("ExampleCacheInvalid", Assert.Throws<InputException>(() => Open()).ErrorId);
    }

    [Theory]
    [InlineData("sinogram", 24, 32, 0f)]
    [InlineData("true_image", 32, 32, float.NaN)]
    public void A_file_with_another_shape_or_no_number_is_named(string name, int rows, int columns, float value)
    {
        var cache = Open();
        var path = Path.Combine(Folder, "000004.safetensors");
        var made = SafetensorsFile.Read(path, WorkContext.Default);
        var archive = new TensorArchive();
        foreach (var (key, text) in made.Metadata) archive.Metadata[key] = text;
        foreach (var tensor in made.Tensors.Where(tensor => tensor.Name != name)) archive.Add(tensor);
        var data = Enumerable.Repeat(value, rows * columns).SelectMany(BitConverter.GetBytes).ToArray();
        archive.Add(new ArchivedTensor(name, TensorElement.F32, [rows, columns], data));
        SafetensorsFile.Write(path, archive, overwrite: true);
        var fault = Assert.Throws<InputException>(() => cache.Make([4], Random, new WorkContext { Threads = 1 }));
        Assert.Equal("ExampleCacheInvalid", fault.ErrorId);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_doubled_file_or_one_of_another_folder_is_refused()
    {
        var cache = Open();
        var path = Path.Combine(Folder, "000004.safetensors");
        File.Copy(Path.Combine(Folder, "000001.safetensors"), path, overwrite: true);
        Refused();
        Open(folder: _folder["other"], identity: Identity.SetItem("seed", "7"));
        File.Copy(Path.Combine(_folder["other"], "000004.safetensors"), path, overwrite: true);
        Refused();

        void Refused() => Assert.Equal(
            "ExampleCacheInvalid", Assert.Throws<InputException>(() => cache.Make([4], Random, WorkContext.Default)).ErrorId);
    }

    [Fact]
    public void Training_goes_on_from_a_checkpoint_with_the_same_examples()
    {
        var options = new ReducerTrainingOptions
        {
            Architecture = ReducerArchitecture.Of("DuDoNet", width: 2),
            Geometry = NetworkCases.Tiny,
            Training = new TrainingOptions { Epochs = 3, BatchSize = 2, Seed = 3, CheckpointInterval = TimeSpan.FromHours(1) },
            ExamplesPerEpoch = 4,
            ValidationCount = 1,
            CachePath = Folder,
        };
        var work = new WorkContext { Threads = 1 };
        var whole = ReducerTrainer.Train([], [], options, _folder["whole.safetensors"], work);
        using var stop = new CancellationTokenSource();
        var part = _folder["part.safetensors"];
        Assert.ThrowsAny<OperationCanceledException>(() => ReducerTrainer.Train([], [], options, part, work with
        {
            Cancellation = stop.Token,
            Progress = new Watcher(progress => { if (progress is { Activity: "Training", Done: 3 }) stop.Cancel(); }),
        }));
        Assert.Equal(
            "CheckpointMismatch",
            Assert.Throws<InputException>(() =>
                ReducerTrainer.Train([], [], options with { Resume = true, CachePath = null }, part, work)).ErrorId);
        ReducerTrainer.Train([], [], options with { Resume = true }, part, work);
        Assert.Equal(File.ReadAllBytes(whole.Path), File.ReadAllBytes(part));
        Assert.Equal(4, Directory.GetFiles(Folder, "*.safetensors").Length);
    }

    private ExampleCache Open(
        WorkContext? work = null, string? folder = null, ImmutableDictionary<string, string>? identity = null, bool isCorrected = false) =>
        ExampleCache.Open(
            folder ?? Folder, NetworkCases.Factory(isCorrected), Count, Random, identity ?? Identity, work ?? WorkContext.Default);

    private sealed class Watcher(Action<WorkProgress> see) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => see(value);
    }
}
