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

    [Theory]
    [InlineData("dcgan28", 28)]
    [InlineData("dcgan32", 32)]
    [InlineData("resnet32", 32)]
    public void A_folded_network_is_the_network_and_its_friends_take_its_images(string name, int side)
    {
        TorchBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var draws = new Generator(5, CPU);
        var (architecture, shape) = (GenerativeArchitecture.Find(name), new ImageShape(3, side, side));
        using var generator = architecture.Generator(6, 2, shape, CPU);
        generator.Initialise(draws);
        // Means, variances, scales and shifts that say something.
        using var none = no_grad();
        foreach (var (key, tensor) in generator.state_dict())
        {
            if (key.EndsWith("running_var", StringComparison.Ordinal)) tensor.uniform_(0.5, 2, draws);
            else if (tensor.dim() == 1) tensor.uniform_(-0.5, 1, draws);
        }

        generator.eval();
        var codes = GenerativeModel.Codes(4, 6, new SeededRandom(1L), CPU);
        var images = generator.forward(codes);
        generator.Fold();
        Assert.Equal([4L, 3, side, side], images.shape);
        Assert.True(images.ge(Held(0)).logical_and(images.le(Held(1))).all().item<bool>());
        Assert.True(images.std().item<float>() > 0.01);
        Assert.True((generator.forward(codes) - images).abs().max().item<float>() < 1e-5);

        using var discriminator = architecture.Discriminator(shape, 2, normalised: true, CPU);
        using var inverter = architecture.Inverter(shape, 2, 6, CPU);
        foreach (var (network, outputs) in new[] { (discriminator, 1L), (inverter, 6L) })
        {
            network.Initialise(draws);
            Assert.Equal([4L, outputs], network.forward(images).shape);
            Assert.True(network.forward(images).std(0L).min().item<float>() > 0);
        }

        Assert.All(discriminator.state_dict().Keys, key => Assert.DoesNotContain("running", key, StringComparison.Ordinal));
        Assert.Contains(discriminator.state_dict().Keys, key => key.EndsWith("normalisation.u", StringComparison.Ordinal));
        Assert.DoesNotContain(inverter.state_dict().Keys, key => key.EndsWith("normalisation.u", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dcgan32")]
    [InlineData("resnet32")]
    public void A_generator_of_32_is_trained_and_inverted(string name)
    {
        var options = Small with { Architecture = GenerativeArchitecture.Find(name) };
        var result = GenerativeTrainer.Train(Squares(32), options, _folder["g32.safetensors"], Work);
        var inverter = GenerativeTrainer.TrainInverter(result.Path, new InverterTrainingOptions { Run = Small.Run }, _folder["i32.safetensors"], Work);
        var (model, description) = GenerativeFile.LoadGenerator(result.Path, Work);
        using var held = model;
        using var inverse = GenerativeFile.LoadInverter(inverter.Path, model, Work);
        using var scope = NewDisposeScope();
        Assert.Equal((name, new ImageShape(1, 32, 32)), (description.Architecture.Name, description.Shape));
        Assert.Equal([2L, 8], inverse.Codes(model.Images(GenerativeModel.Codes(2, 8, new SeededRandom(1L), CPU))).shape);
        Assert.Equal(
            "ArchitectureShapeInvalid",
            Assert.Throws<InputException>(() => Train("wrong.safetensors", options)).ErrorId);
    }

    [Theory]
    [InlineData(GenerativeObjective.Ali, 0.9)]
    [InlineData(GenerativeObjective.Age, 0)]
    public void A_generator_and_its_inverter_are_trained_together_and_read_again(GenerativeObjective objective, double decay)
    {
        var options = Small with { Objective = objective, AverageDecay = decay };
        Assert.Equal("InverterDestinationInvalid", Assert.Throws<InputException>(() => Train("g.safetensors", options)).ErrorId);
        Assert.Equal(
            "InverterDestinationInvalid",
            Assert.Throws<InputException>(() => GenerativeTrainer.Train(Shapes, Small, _folder["g.safetensors"], Work, _folder["i.safetensors"])).ErrorId);
        var result = GenerativeTrainer.Train(Shapes, options, _folder["g.safetensors"], Work, _folder["i.safetensors"]);
        Assert.Equal(["relative_spread", "latent_error", "reconstruction_error"], result.Curve.Measures);
        var (model, _) = GenerativeFile.LoadGenerator(result.Path, Work);
        using var held = model;
        using var inverter = GenerativeFile.LoadInverter(_folder["i.safetensors"], model, Work);
        using var scope = NewDisposeScope();
        using var none = no_grad();
        // What is read again measures as the curve says.
        var images = ImageBatches.Images(Shapes.Read(DatasetSplit.Training, Work), [.. Enumerable.Range(0, 256)], CPU);
        var codes = inverter.Codes(images);
        Assert.Equal([256L, 8], codes.shape);
        Assert.Equal(objective == GenerativeObjective.Age, inverter.IsOnSphere);
        if (inverter.IsOnSphere) Assert.True(codes.norm(1).sub(Held(Math.Sqrt(8))).abs().max().item<float>() < 1e-4);
        Assert.Equal(result.Curve.Points[^1].Values[^1], (images - model.Images(codes)).pow(Held(2)).mean().item<float>(), 1e-5);
    }

    [Theory]
    [InlineData(GenerativeObjective.Ali)]
    [InlineData(GenerativeObjective.Age)]
    public void A_stopped_training_of_both_ends_with_the_same_bytes(GenerativeObjective objective)
    {
        var options = Small with { Objective = objective, AverageDecay = 0.9 };
        GenerativeTrainer.Train(Shapes, options, _folder["a.safetensors"], Work, _folder["ai.safetensors"]);
        using var stop = new CancellationTokenSource();
        var work = Work with { Cancellation = stop.Token, Progress = new Stop(3, stop) };
        Assert.Throws<OperationCanceledException>(
            () => GenerativeTrainer.Train(Shapes, options, _folder["b.safetensors"], work, _folder["bi.safetensors"]));
        GenerativeTrainer.Train(
            Shapes, options with { Run = options.Run with { Resume = true } }, _folder["b.safetensors"], Work, _folder["bi.safetensors"]);
        Assert.Equal(File.ReadAllBytes(_folder["a.safetensors"]), File.ReadAllBytes(_folder["b.safetensors"]));
        Assert.Equal(File.ReadAllBytes(_folder["ai.safetensors"]), File.ReadAllBytes(_folder["bi.safetensors"]));
    }

    [Theory]
    [InlineData(GenerativeObjective.Ali, 1e-3)]
    [InlineData(GenerativeObjective.Age, 2e-3)]
    public void A_short_training_of_both_brings_reconstructions_nearer(GenerativeObjective objective, double rate)
    {
        var options = Small with
        {
            Objective = objective, Width = 4, Generator = new OptimiserOptions { LearningRate = rate, Beta1 = 0.5, Beta2 = 0.999 },
            Run = new GenerativeRunOptions { Iterations = 160, Interval = 20, BatchSize = 16 },
        };
        var result = GenerativeTrainer.Train(Shapes, options, _folder["g.safetensors"], Work, _folder["i.safetensors"]);
        var errors = result.Curve.Points.Select(point => point.Values[^1]).ToArray();
        Assert.True(errors[^1] < 0.8 * errors[0], string.Join(' ', errors));
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

    // A bright square at one of four places, as a folder of npy files.
    private ImageDataset Squares(int side)
    {
        var count = 24;
        var values = new float[count * side * side];
        for (var i = 0; i < count; i++)
        {
            var (top, left) = ((i & 1) * side / 2, (i >> 1 & 1) * side / 2);
            for (var row = 0; row < side / 2; row++) values.AsSpan((((i * side) + top + row) * side) + left, side / 2).Fill(1);
        }

        var labels = Enumerable.Range(0, count).Select(i => (byte)(i & 3)).ToArray();
        Directory.CreateDirectory(_folder["squares"]);
        foreach (var part in (string[])["train", "test"])
        {
            using (var images = File.Create(_folder[$"squares/{part}_images.npy"])) NpyFile.Write<float>(images, values, count, 1, side, side);
            using var classes = File.Create(_folder[$"squares/{part}_labels.npy"]);
            NpyFile.Write<byte>(classes, labels, count);
        }

        return ImageDataset.Open(_folder["squares"], new ImageDatasetOptions { ValidationCount = 4 });
    }

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
