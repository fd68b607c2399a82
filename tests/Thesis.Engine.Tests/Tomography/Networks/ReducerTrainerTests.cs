using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography.Networks;

public sealed class ReducerTrainerTests : IDisposable
{
    private static readonly WorkContext OneThread = new() { Threads = 1 };

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Killed: nothing is saved at that moment. Cancelled: the run is saved where it stands.
    [Theory]
    [InlineData("DuDoNet", 3, true)]
    [InlineData("DuDoNet", 5, false)]
    [InlineData("cGAN-CT", 3, false)]
    [InlineData("RDN-CT", 5, true)]
    [InlineData("CNNMAR", 4, false)]
    public void A_run_that_is_stopped_resumes_to_the_same_bytes(string method, int step, bool isKilled)
    {
        var options = Options(method);
        var whole = ReducerTrainer.Train([], [], options, _folder["whole.safetensors"], OneThread);
        using var stop = new CancellationTokenSource();
        var work = OneThread with
        {
            Cancellation = stop.Token,
            Progress = new Watcher(progress =>
            {
                if (progress.Activity != "Training" || progress.Done != step) return;
                if (isKilled) throw new NotSupportedException("killed");
                stop.Cancel();
            }),
        };
        var part = _folder["part.safetensors"];
        Assert.ThrowsAny<SystemException>(() => ReducerTrainer.Train([], [], options, part, work));
        Assert.False(File.Exists(part));
        var again = Assert.Throws<InputException>(() => ReducerTrainer.Train([], [], options, part, OneThread));
        Assert.Equal("CheckpointExists", again.ErrorId);
        var resumed = ReducerTrainer.Train([], [], options with { Resume = true }, part, OneThread);
        Assert.Equal(File.ReadAllBytes(whole.Path), File.ReadAllBytes(resumed.Path));
        Assert.Equal(TrainingCurveFiles.ToCsv(whole.Curve), TrainingCurveFiles.ToCsv(resumed.Curve));
        Assert.False(File.Exists(TrainingTargets.CheckpointPath(part)));
        Assert.True(File.Exists(resumed.PicturePath));
    }

    [Fact]
    public void Patients_are_split_and_one_alone_is_refused()
    {
        var random = new SeededRandom(4L);
        foreach (var patient in new[] { "000001_01_01", "000001_02_01", "000002_01_01" })
        {
            var image = AnatomicalPhantom.Draw(40, random, WorkContext.Default);
            Directory.CreateDirectory(_folder[patient]);
            CtFile.Write(Path.Combine(_folder[patient], "001.npy"), image, 40, 40, CtFormat.Npy, overwrite: false);
        }

        var all = CleanSlices.Read([_folder["."]], PixelUnit.Hounsfield, 32, WorkContext.Default);
        Assert.Equal(["000001", "000002"], all.Patients);
        Assert.Equal(3, all.Count);
        var options = Options("DuDoNet") with { Unit = PixelUnit.Hounsfield };
        string[] first = [_folder["000001_01_01"], _folder["000001_02_01"]];
        Fails("PatientsTooFew", first, []);
        Fails("PatientInBothParts", first, [_folder["000001_02_01"]]);
        var result = ReducerTrainer.Train(first, [_folder["000002_01_01"]], options, _folder["model.safetensors"], OneThread);
        Assert.Equal(2, result.Curve.Points.Count);

        void Fails(string id, string[] slices, string[] validation)
        {
            var fault = Assert.Throws<InputException>(
                () => ReducerTrainer.Train(slices, validation, options, _folder["none.safetensors"], OneThread));
            Assert.Equal(id, fault.ErrorId);
            Assert.False(File.Exists(_folder["none.safetensors"]));
        }
    }

    [Fact]
    public void Slices_with_metal_are_left_out()
    {
        var metal = new float[32 * 32];
        Array.Fill(metal, 50);
        metal[500] = 3000;
        CtFile.Write(_folder["metal.npy"], metal, 32, 32, CtFormat.Npy, overwrite: false);
        var fault = Assert.Throws<InputException>(
            () => ReducerTrainer.Train([_folder["metal.npy"]], [], Options("DuDoNet") with { Unit = PixelUnit.Hounsfield }, _folder["m.safetensors"], OneThread));
        Assert.Equal("SlicesNotFound", fault.ErrorId);
    }

    [Fact]
    public void A_patch_that_the_discriminator_cannot_judge_is_refused()
    {
        var options = Options("cGAN-CT") with { PatchSize = 16 };
        var fault = Assert.Throws<InputException>(() => ReducerTrainer.Train([], [], options, _folder["m.safetensors"], OneThread));
        Assert.Equal("OptionOutOfRange", fault.ErrorId);
    }

    [Theory]
    [InlineData("SE-Net", false)]
    [InlineData("DuDoNet", true)]
    public void A_checkpoint_of_other_settings_is_refused(string method, bool isMixed)
    {
        using var stop = new CancellationTokenSource();
        var work = OneThread with
        {
            Cancellation = stop.Token,
            Progress = new Watcher(progress => { if (progress.Activity == "Training" && progress.Done == 2) stop.Cancel(); }),
        };
        var path = _folder["model.safetensors"];
        Assert.ThrowsAny<OperationCanceledException>(() => ReducerTrainer.Train([], [], Options("DuDoNet"), path, work));
        var other = Options(method) with { Resume = true, MixedPrecision = isMixed };
        Assert.Equal("CheckpointMismatch", Assert.Throws<InputException>(() => ReducerTrainer.Train([], [], other, path, OneThread)).ErrorId);
        Assert.True(File.Exists(TrainingTargets.CheckpointPath(path)));
    }

    [Fact]
    public void A_seed_makes_the_same_examples_whatever_the_threads()
    {
        var one = NetworkCases.Factory(isCorrected: true).Make([0, 1, 2], new SeededRandom(8L), OneThread);
        var four = NetworkCases.Factory(isCorrected: true).Make([0, 1, 2], new SeededRandom(8L), new WorkContext { Threads = 4 });
        for (var i = 0; i < one.Length; i++)
        {
            Assert.Equal(one[i].Input.Artifact, four[i].Input.Artifact);
            Assert.Equal(one[i].Input.Corrected!, four[i].Input.Corrected!);
            Assert.Equal(one[i].Input.Sinogram, four[i].Input.Sinogram);
            Assert.Equal(one[i].Image, four[i].Image);
        }

        Assert.NotEqual(one[0].Image, one[1].Image);
    }

    private static ReducerTrainingOptions Options(string method) => new()
    {
        Architecture = ReducerArchitecture.Of(method, width: 2, blocks: 1, layers: 2),
        Geometry = NetworkCases.Tiny,
        Training = new TrainingOptions { Epochs = 2, BatchSize = 2, Seed = 3, CheckpointInterval = TimeSpan.FromHours(1) },
        ExamplesPerEpoch = 6,
        ValidationCount = 2,
        PatchSize = method is "CNNMAR" or "RDN-CT" ? 16 : 0,
    };

    private sealed class Watcher(Action<WorkProgress> see) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => see(value);
    }
}
