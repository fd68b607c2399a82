using System.Text;
using Thesis.Engine.Faces;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Trainings of the DCNN at a sixteenth of its width on three people of six faces, 12 x 12 pixels.</summary>
public sealed class EmbedderTrainerTests : IDisposable
{
    private static readonly EmbedderTrainingOptions Small = new()
    {
        Width = 1 / 16.0,
        Alpha = 8,
        Training = new TrainingOptions { Epochs = 3, BatchSize = 4, Seed = 3 },
        Augmentation = new ImageAugmentation { Shift = 1, Mirror = true },
    };

    private readonly TestFolder _folder = new();
    private readonly List<string> _said = [];

    private WorkContext Work => new() { Threads = 1, Warning = _said.Add };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_network_is_trained_and_makes_features_of_the_length_alpha()
    {
        var crops = FaceCrops.Write(_folder);
        var result = Train(crops, "a.safetensors", Small);
        Assert.Equal((3, 15, 3, 16), (result.Identities, result.TrainingCount, result.ValidationCount, result.Dimension));
        Assert.Equal(12, result.Curve.Points[^1].Step);
        Assert.InRange(result.ValidationAccuracy!.Value, 0, 1);
        using var embedder = FaceEmbedder.Load(result.Path, new FaceEmbeddingOptions { BatchSize = 4 });
        Assert.Equal((12, 12, 16), (embedder.Rows, embedder.Columns, embedder.Dimension));
        var paths = Directory.GetFiles(crops, "*.png", SearchOption.AllDirectories);
        var faces = new FaceExtractor(null, embedder, new FaceExtractionOptions()).Extract(paths, Work);
        Assert.All(faces, face => Assert.Equal(8, Length(face.Faces[0].Feature), 1e-4));
        // Twice the length where the mirrored face is added, at most.
        using var mirrored = FaceEmbedder.Load(result.Path, new FaceEmbeddingOptions { Mirrored = true });
        Assert.InRange(
            Length(new FaceExtractor(null, mirrored, new FaceExtractionOptions()).Extract(paths[..1],
                Work)[0].Faces[0].Feature), 1e-3, 16 + 1e-3);
        Assert.Empty(_said);
    }

    [Fact]
    public void It_learns_to_tell_its_people_apart()
    {
        var options = Small with
        {
            Training = new TrainingOptions { Epochs = 60, BatchSize = 6, Seed = 1 },
            Schedule = LearningRateSchedule.Constant,
            Optimiser = new OptimiserOptions { Kind = OptimiserKind.Adam, LearningRate = 5e-3 },
            Augmentation = ImageAugmentation.None,
        };
        var result = Train(FaceCrops.Write(_folder), "a.safetensors", options);
        Assert.True(result.Curve.Points[^1].Values[0] < 0.2 * result.Curve.Points[0].Values[0]);
        Assert.Equal(1, result.ValidationAccuracy);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(7, true)]
    [InlineData(11, false)]
    public void A_stopped_training_ends_with_the_same_bytes(int step, bool normalised)
    {
        var crops = FaceCrops.Write(_folder);
        var options = Small with { Normalised = normalised };
        var whole = Train(crops, "a.safetensors", options);
        using var stop = new CancellationTokenSource();
        var work = Work with
        {
            Cancellation = stop.Token,
            Progress = new Watcher(progress =>
                { if (progress.Activity == "Training" && progress.Done == step) stop.Cancel(); }),
        };
        Assert.ThrowsAny<OperationCanceledException>(() => Train(crops, "b.safetensors", options, work));
        var other = options with { Resume = true, Alpha = 9 };
        Assert.Equal("CheckpointMismatch",
            Assert.Throws<InputException>(() => Train(crops, "b.safetensors", other)).ErrorId);
        var resumed = Train(crops, "b.safetensors", options with { Resume = true });
        Assert.Equal(File.ReadAllBytes(whole.Path), File.ReadAllBytes(resumed.Path));
        Assert.Equal(File.ReadAllBytes(whole.CurveFiles.Table), File.ReadAllBytes(resumed.CurveFiles.Table));
        Assert.False(File.Exists(_folder["b.checkpoint.safetensors"]));
    }

    // An identity's name is a person's.
    [Fact]
    public void A_model_s_file_names_nobody_and_has_no_layer_for_its_identities()
    {
        var result = Train(FaceCrops.Write(_folder), "a.safetensors", Small);
        Assert.DoesNotContain("person", Encoding.Latin1.GetString(File.ReadAllBytes(result.Path)), StringComparison.Ordinal);
        var archive = SafetensorsFile.Read(result.Path, Work);
        Assert.DoesNotContain(archive.Tensors, tensor => tensor.Name.Contains("head", StringComparison.Ordinal));
        Assert.Equal(("face-embedder", "dcnn", "0.0625", "3x12x12", "8", "3", "15", "3"), (
            archive.Metadata["kind"], archive.Metadata["architecture"], archive.Metadata["width"],
            archive.Metadata["image_shape"],
            archive.Metadata["alpha"], archive.Metadata["identities"], archive.Metadata["images"],
            archive.Metadata["seed"]));
    }

    [Fact]
    public void Weight_decay_is_for_the_last_layer_alone()
    {
        // Without a gradient's step worth mentioning, what decays shrinks, and nothing else moves.
        var options = Small with
        {
            Training = new TrainingOptions { Steps = 1, BatchSize = 4, Seed = 3 },
            Schedule = LearningRateSchedule.Constant,
            Optimiser = new OptimiserOptions { Kind = OptimiserKind.Sgd, LearningRate = 1e-6, WeightDecay = 1e5 },
            ValidationShare = 0,
        };
        var crops = FaceCrops.Write(_folder);
        Train(crops, "a.safetensors", options);
        Train(crops, "b.safetensors", options with { Optimiser = options.Optimiser with { WeightDecay = 0 } });
        Assert.Equal(Tensors("a.safetensors"), Tensors("b.safetensors"));
        Assert.True(FaceIdentifier.Decays("head.fc.weight") && FaceIdentifier.Decays("head.fc.bias"));
        Assert.False(FaceIdentifier.Decays("embedding.conv11.weight"));
    }

    [Fact]
    public void A_training_begins_from_another_model()
    {
        var crops = FaceCrops.Write(_folder);
        var begun = Train(crops, "a.safetensors", Small);
        var still = Small with
        {
            InitialModel = begun.Path, Training = new TrainingOptions { Steps = 1, BatchSize = 4 },
            Optimiser = new OptimiserOptions { Kind = OptimiserKind.Sgd, LearningRate = 1e-30 },
        };
        Train(crops, "b.safetensors", still);
        Assert.Equal(Tensors("a.safetensors"), Tensors("b.safetensors"));
        var wide = Assert.Throws<InputException>(() => Train(crops, "c.safetensors", still with { Normalised = true }));
        Assert.Equal("InitialModelMismatch", wide.ErrorId);
        Assert.Equal("ModelNotFound", Assert.Throws<InputException>(
            () => Train(crops, "c.safetensors", still with { InitialModel = _folder["none.safetensors"] })).ErrorId);
    }

    [Fact]
    public void Without_a_share_nothing_is_validated()
    {
        var result = Train(FaceCrops.Write(_folder), "a.safetensors", Small with { ValidationShare = 0, Alpha = null });
        Assert.Equal((18, 0, null), (result.TrainingCount, result.ValidationCount, result.ValidationAccuracy));
        Assert.Equal(["loss"], result.Curve.Names);
        using var embedder = FaceEmbedder.Load(result.Path, new FaceEmbeddingOptions());
        var path = Directory.GetFiles(_folder["crops"], "*.png", SearchOption.AllDirectories)[0];
        Assert.NotEqual(8,
            Length(new FaceExtractor(null, embedder, new FaceExtractionOptions()).Extract([path],
                Work)[0].Faces[0].Feature), 1e-2);
    }

    [Fact]
    public void An_alpha_that_is_too_small_is_warned_of()
    {
        Train(FaceCrops.Write(_folder), "a.safetensors", Small with { Alpha = 1 });
        Assert.Contains(_said, line => line.Contains("alpha should be 2.2 or more", StringComparison.Ordinal));
    }

    [Fact]
    public void One_identity_and_an_image_of_another_size_are_one_error_each_and_leave_nothing()
    {
        var alone = FaceCrops.Write(_folder, identities: 1, name: "alone");
        Assert.Equal("IdentitiesTooFew", Fault(alone).ErrorId);
        var crops = FaceCrops.Write(_folder, identities: 2);
        Assert.Equal("IdentitiesTooFew", Fault(crops, Small with { LeastImages = 7 }).ErrorId);
        var larger = FaceCrops.WriteOne(Path.Combine(crops, "person1"), "9.png", 1, 9, 13);
        var size = Fault(crops);
        Assert.Equal(("ImageSizeMismatch", larger), (size.ErrorId, size.Target));
        Assert.Equal(12, Train(crops, "scaled.safetensors", Small with { ImageSide = 12 }).Description.Shape.Height);
        File.Delete(_folder["scaled.safetensors"]);
        File.WriteAllText(larger, "no image");
        Assert.Equal(("ImageInvalid", larger), (Fault(crops).ErrorId, Fault(crops).Target));
        Assert.Equal("PathNotFolder", Fault(larger).ErrorId);
        Assert.Equal("ArchitectureShapeInvalid", Fault(FaceCrops.Write(_folder, side: 8, name: "small")).ErrorId);
        Assert.Empty(Directory.GetFiles(_folder["."], "*.safetensors"));
    }

    [Fact]
    public void A_broken_model_and_one_of_another_kind_are_one_error_each()
    {
        var path = Train(FaceCrops.Write(_folder), "a.safetensors", Small).Path;
        Assert.Equal("ModelNotFinite",
            Changed(path, (tensor, data) => { if (tensor == "conv12.bias") BitConverter.TryWriteBytes(data, float.NaN); }));
        Assert.Equal("ModelStateMismatch", Changed(path, (_, _) => { }, ("width", "0.5")));
        Assert.Equal("ModelStateMismatch", Changed(path, (_, _) => { }, ("batch_normalisation", "true")));
        Assert.Equal("FaceModelUnknown", Changed(path, (_, _) => { }, ("batch_normalisation", "maybe")));
        Assert.Equal("FaceModelUnknown", Changed(path, (_, _) => { }, ("kind", "generator")));
        Assert.Equal("FaceModelUnknown", Changed(path, (_, _) => { }, ("version", "2")));
        Assert.Equal("FaceModelUnknown", Changed(path, (_, _) => { }, ("width", "0")));
        Assert.Equal("FaceModelUnknown", Changed(path, (_, _) => { }, ("alpha", "NaN")));
        Assert.Equal("FaceModelUnknown", Changed(path, (_, _) => { }, ("image_shape", "3x12")));
        Assert.Equal("ArchitectureUnknown", Changed(path, (_, _) => { }, ("architecture", "vgg")));
        Assert.Equal("ArchitectureShapeInvalid", Changed(path, (_, _) => { }, ("image_shape", "3x4x4")));
        Assert.Equal("SafetensorsHeaderInvalid", IdOf(_folder.Write("c.safetensors", "no model at all")));
        Assert.Equal("ModelNotFound", IdOf(_folder["none.safetensors"]));
        var pixels = Assert.Throws<InputException>(() => FaceEmbedder.Load(path, new FaceEmbeddingOptions { Scale = 128 }));
        Assert.Equal("PixelsFixed", pixels.ErrorId);
        var far = new FaceEmbeddingOptions { Device = ComputeDevice.Parse("cuda:99") };
        Assert.Equal("DeviceNotFound", Assert.Throws<InputException>(() => FaceEmbedder.Load(path, far)).ErrorId);
    }

    [Fact]
    public void A_checkpoint_with_a_weight_that_is_no_number_is_refused()
    {
        var crops = FaceCrops.Write(_folder);
        using var stop = new CancellationTokenSource();
        var work = Work with
        {
            Cancellation = stop.Token,
            Progress = new Watcher(progress =>
                { if (progress.Activity == "Training" && progress.Done == 2) stop.Cancel(); }),
        };
        Assert.ThrowsAny<OperationCanceledException>(() => Train(crops, "a.safetensors", Small, work));
        var checkpoint = _folder["a.checkpoint.safetensors"];
        Rewrite(checkpoint, checkpoint, (tensor, data) =>
            { if (tensor == "network.head.fc.bias") BitConverter.TryWriteBytes(data, float.NaN); });
        Assert.Equal("ModelNotFinite",
            Assert.Throws<InputException>(() => Train(crops, "a.safetensors", Small with { Resume = true })).ErrorId);
    }

    private static double Length(float[] feature) => Math.Sqrt(feature.Sum(value => (double)value * value));

    private EmbedderTrainingResult Train(string crops, string name, EmbedderTrainingOptions options,
        WorkContext? work = null) =>
        EmbedderTrainer.Train([crops], options, _folder[name], work ?? Work);

    private InputException Fault(string crops, EmbedderTrainingOptions? options = null) =>
        Assert.Throws<InputException>(() => Train(crops, "fault.safetensors", options ?? Small));

    private byte[][] Tensors(string name) =>
        [.. SafetensorsFile.Read(_folder[name], Work).Tensors.Select(tensor => tensor.Data)];

    private string Changed(string path, Action<string, byte[]> change, params (string Key, string Value)[] metadata)
    {
        var changed = _folder["changed.safetensors"];
        Rewrite(path, changed, change, metadata);
        return IdOf(changed);
    }

    private void Rewrite(string from, string to, Action<string, byte[]> change, params (string Key, string Value)[] metadata)
    {
        var archive = SafetensorsFile.Read(from, Work);
        foreach (var tensor in archive.Tensors) change(tensor.Name, tensor.Data);
        foreach (var (key, value) in metadata) archive.Metadata[key] = value;
        SafetensorsFile.Write(to, archive, overwrite: true);
    }

    private static string IdOf(string path) =>
        Assert.Throws<InputException>(() => FaceEmbedder.Load(path, new FaceEmbeddingOptions())).ErrorId;

    private sealed class Watcher(Action<WorkProgress> see) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => see(value);
    }
}
