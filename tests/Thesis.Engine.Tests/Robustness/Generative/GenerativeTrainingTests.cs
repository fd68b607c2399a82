using Thesis.Engine.Data;
using Thesis.Engine.Learning;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>Generators and inverters of width 2 on generated shapes: their files, and that a stopped run ends the same.</summary>
public sealed class GenerativeTrainingTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _said = [];

    private WorkContext Work => new() { Threads = 1, Warning = _said.Add };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(GenerativeObjective.Hinge, 1)]
    [InlineData(GenerativeObjective.WganGp, 2)]
    public void A_generator_is_trained_and_read_again(GenerativeObjective objective, int critics)
    {
        var result = Train("g.safetensors", Small with { Objective = objective, CriticSteps = critics, AverageDecay = 0.5 });
        Assert.Equal(4, result.Curve.Points[^1].Step);
        Assert.All(result.Curve.Points, point => Assert.All(point.Values, value => Assert.True(double.IsFinite(value))));
        Assert.True(File.Exists(result.SamplesPath) && File.Exists(result.CurveFiles.Table));
        var (model, description) = GenerativeFile.LoadGenerator(result.Path, Work);
        using var held = model;
        Assert.Equal(("dcgan28", 2, 8, new ImageShape(1, 28, 28)), (description.Architecture.Name, description.Width, description.LatentLength, description.Shape));
        using var scope = NewDisposeScope();
        var images = model.Images(GenerativeModel.Codes(3, 8, new SeededRandom(1L), CPU));
        Assert.Equal([3L, 1, 28, 28], images.shape);
        Assert.True(images.ge(Held(0)).logical_and(images.le(Held(1))).all().item<bool>());
    }

    [Fact]
    public void A_folded_generator_is_the_generator()
    {
        var result = Train("g.safetensors", Small);
        using var scope = NewDisposeScope();
        using var network = new Dcgan28Generator(8, 2, new ImageShape(1, 28, 28), CPU);
        ModuleState.Load(network, SafetensorsFile.Read(result.Path, Work), result.Path);
        network.eval();
        var (model, _) = GenerativeFile.LoadGenerator(result.Path, Work);
        using var held = model;
        var codes = GenerativeModel.Codes(5, 8, new SeededRandom(1L), CPU);
        using var none = no_grad();
        Assert.True((model.Images(codes) - network.forward(codes)).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void A_stopped_training_ends_with_the_same_bytes()
    {
        var options = Small with { AverageDecay = 0.9 };
        var whole = File.ReadAllBytes(Train("a.safetensors", options).Path);
        using var stop = new CancellationTokenSource();
        var work = Work with { Cancellation = stop.Token, Progress = new Stop(3, stop) };
        Assert.Throws<OperationCanceledException>(() => GenerativeTrainer.Train(Shapes, options, _folder["b.safetensors"], work));
        Assert.Equal(
            "CheckpointExists", Assert.Throws<InputException>(() => Train("b.safetensors", options)).ErrorId);
        var resumed = Train("b.safetensors", options with { Run = options.Run with { Resume = true } });
        Assert.Equal(whole, File.ReadAllBytes(resumed.Path));
    }

    [Theory]
    [InlineData(EquationForm.Standard)]
    [InlineData(EquationForm.Printed)]
    public void An_inverter_learns_from_its_generator_alone_and_knows_it(EquationForm form)
    {
        var generator = Train("g.safetensors", Small).Path;
        var options = new InverterTrainingOptions { Form = form, Run = Small.Run with { HalfPrecision = true } };
        var result = GenerativeTrainer.TrainInverter(generator, options, _folder["i.safetensors"], Work);
        Assert.Equal(["latent_error", "reconstruction_error", "recovered_share"], result.Curve.Measures);
        var (model, _) = GenerativeFile.LoadGenerator(generator, Work);
        using var held = model;
        using (GenerativeFile.LoadInverter(result.Path, model, Work))
        {
            // Half the bytes of the values, and no more than a header beside.
            Assert.True(new FileInfo(result.Path).Length < (2 * 6000) + 2000);
        }

        var other = Train("other.safetensors", Small with { Run = Small.Run with { Seed = 2 } }).Path;
        var (stranger, _) = GenerativeFile.LoadGenerator(other, Work);
        using var heldStranger = stranger;
        Assert.Equal("InverterMismatch", Assert.Throws<InputException>(() => GenerativeFile.LoadInverter(result.Path, stranger, Work)).ErrorId);
        Assert.Equal("ModelKindWrong", Assert.Throws<InputException>(() => GenerativeFile.LoadGenerator(result.Path, Work)).ErrorId);
    }

    [Fact]
    public void A_model_whose_weights_are_no_numbers_is_one_error()
    {
        var path = Train("g.safetensors", Small).Path;
        var archive = SafetensorsFile.Read(path, Work);
        var spoilt = new TensorArchive();
        foreach (var (key, value) in archive.Metadata) spoilt.Metadata.Add(key, value);
        foreach (var tensor in archive.Tensors)
        {
            if (tensor.Name == "deconv3.bias") BitConverter.TryWriteBytes(tensor.Data, float.NaN);
            spoilt.Add(tensor);
        }

        SafetensorsFile.Write(_folder["nan.safetensors"], spoilt, overwrite: true);
        Assert.Equal("ModelNotFinite", Assert.Throws<InputException>(() => GenerativeFile.LoadGenerator(_folder["nan.safetensors"], Work)).ErrorId);
    }

    [Fact]
    public void Samples_that_are_all_alike_are_said_to_be()
    {
        // Without steps that teach, all samples of the average are its first ones: nearly one grey picture.
        var options = Small with { AverageDecay = 0.999999 };
        Train("g.safetensors", options);
        Assert.Contains(_said, sentence => sentence.Contains("collapsed", StringComparison.Ordinal));
    }

    private static ImageDataset Shapes => ImageDataset.Open("shapes", new ImageDatasetOptions());

    private static GenerativeTrainingOptions Small { get; } = new()
    {
        Width = 2, LatentLength = 8, Run = new GenerativeRunOptions { Iterations = 4, Interval = 2, BatchSize = 4 },
    };

    private GenerativeTrainingResult Train(string name, GenerativeTrainingOptions options) =>
        GenerativeTrainer.Train(Shapes, options, _folder[name], Work);

    private sealed class Stop(long at, CancellationTokenSource source) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            if (value.Activity == "Training" && value.Done == at) source.Cancel();
        }
    }
}
