using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

/// <summary>Models behind defences: whose the draws are, what is averaged, and which gradient comes back.</summary>
public sealed class DefenceTests : IDisposable
{
    private static readonly WorkContext Work = WorkContext.Default;
    private readonly TestFolder _folder = new();
    private readonly DisposeScopeHolder _scope = new();

    [Theory]
    [InlineData("PGD", 1)]
    [InlineData("PGD", 3)]
    [InlineData("APGD-CE", 1)]
    [InlineData("Square", 1)]
    public void A_random_models_draws_are_the_images_own_whatever_the_batch(string name, int expectation)
    {
        using var model = Behind(new GaussianNoiseDefence(20));
        var attack = AttackCatalogue.Create(name, new AttackSettings { Steps = 4, Queries = 6 });
        var whole = ReferenceVectors.Batch() with { Expectation = expectation };
        using var together = attack.Run(model, whole, [new Epsilon(16)], Work)[0];
        foreach (int[] rows in new int[][] { [7], [11, 2, 5] })
        {
            var part = whole.Select(rows) with { Passes = [] };
            using var alone = attack.Run(model, part, [new Epsilon(16)], Work)[0];
            var same = together.Images.index_select(0, tensor(Array.ConvertAll(rows, row => (long)row)));
            Assert.Equal(0, ReferenceVectors.Distance(alone.Images, same), 1e-12);
            var judged = InputGradient.Judged(model, part, alone.Images);
            Assert.Equal(0, ReferenceVectors.Distance(judged, InputGradient.Judged(model, whole.Select(rows), same)), 1e-12);
        }
    }

    [Fact]
    public void Each_pass_draws_anew_and_each_judgement_the_same()
    {
        using var model = Behind(new GaussianNoiseDefence(20));
        var batch = ReferenceVectors.Batch();
        Assert.True(model.IsRandom);
        Assert.True(ReferenceVectors.Distance(InputGradient.Logits(model, batch, batch.Images), InputGradient.Logits(model, batch, batch.Images)) > 1e-3);
        Assert.True(ReferenceVectors.Distance(model.Logits(batch.Images), model.Logits(batch.Images)) > 1e-3);
        Assert.Equal(0, ReferenceVectors.Distance(InputGradient.Judged(model, batch, batch.Images), InputGradient.Judged(model, batch, batch.Images)));
        var noise = new GaussianNoiseDefence(20).Apply(batch.Images, batch.NextDraws(), 0) - batch.Images;
        Assert.Equal(20.0 / 255, noise.std().item<double>(), 2e-3);
        Assert.Equal(0, noise.mean().item<double>(), 5e-3);
    }

    [Fact]
    public void An_expectation_is_the_mean_over_as_many_passes()
    {
        using var model = Behind(new GaussianNoiseDefence(20));
        var batch = ReferenceVectors.Batch();
        var single = Enumerable.Range(0, 3)
            .Select(_ => InputGradient.Of(model, batch, batch.Images, batch.Goal.CrossEntropy)).ToArray();
        var again = batch with { Expectation = 3, Passes = [] };
        var mean = InputGradient.Of(model, again, again.Images, again.Goal.CrossEntropy);
        Assert.Equal(0, ReferenceVectors.Distance(mean.Gradient, Mean(single.Select(one => one.Gradient))), 1e-12);
        Assert.Equal(0, ReferenceVectors.Distance(mean.Losses, Mean(single.Select(one => one.Losses))), 1e-12);
        Assert.Equal(0, ReferenceVectors.Distance(mean.Logits, Mean(single.Select(one => one.Logits))), 1e-12);
        Assert.Equal(3, again.Passes[0]);

        // A model that draws nothing is asked once.
        using var plain = new ReferenceNetwork();
        InputGradient.Of(plain, again, again.Images, again.Goal.CrossEntropy);
        Assert.Equal(12, plain.Queries);

        static Tensor Mean(IEnumerable<Tensor> values) => values.Aggregate((sum, one) => sum.Plus(one)).div(Held(3));
    }

    [Fact]
    public void Jpegs_value_is_its_own_and_its_gradient_that_of_the_identity()
    {
        using var model = Behind(new JpegDefence(40));
        using var inner = new ReferenceNetwork();
        var batch = ReferenceVectors.Batch();
        using var jpeg = new JpegDefence(40);
        var coded = jpeg.Apply(batch.Images, batch.NextDraws(), 0);
        Assert.Equal(0, ReferenceVectors.Distance(model.Logits(batch.Images), inner.Logits(coded)));
        Assert.InRange(ReferenceVectors.Distance(coded, batch.Images), 4.0 / 255, 0.6);
        var own = InputGradient.Of(model, batch, batch.Images, batch.Goal.CrossEntropy).Gradient;
        var behind = InputGradient.Of(inner, batch, coded, batch.Goal.CrossEntropy).Gradient;
        Assert.Equal(0, ReferenceVectors.Distance(own, behind));
    }

    [Theory]
    [InlineData(1, 0.5 / 255)]
    [InlineData(3, 2.0 / 255)]
    public void Jpeg_of_the_best_quality_leaves_flat_images_as_they_are(int channels, double most)
    {
        using var jpeg = new JpegDefence(100);
        var images = tensor([0f, 0.25f, 0.5f, 1f]).view(4, 1, 1, 1).expand(4, channels, 9, 17).clone();
        var coded = jpeg.Apply(images, new ImageDraws([]), 0);
        Assert.Equal(images.shape, coded.shape);
        Assert.InRange((coded - images).abs().max().item<float>(), 0, most + 1e-6);
    }

    [Fact]
    public void Bits_round_to_their_levels()
    {
        using var bits = new BitDepthDefence(2);
        var images = tensor([-0.2, 0.16, 0.17, 0.5, 0.84, 1.0]).view(1, 1, 1, 6);
        Assert.Equal([0, 0, 1.0 / 3, 2.0 / 3, 1, 1], bits.Apply(images, new ImageDraws([]), 0).data<double>().ToArray());
        Assert.Equal("OptionOutOfRange", Assert.Throws<InputException>(() => new BitDepthDefence(9)).ErrorId);
    }

    [Fact]
    public void A_replaced_gradient_is_that_of_the_stand_in_and_the_value_is_exact()
    {
        var x = tensor([0.3, -1.25, 1e8]).requires_grad_();
        var value = tensor([1.0 / 3, 2, 3]);
        var replaced = ReplacedGradient.Of(value, x.mul(Held(2)).Plus(Held(1)));
        Assert.Equal(value.data<double>().ToArray(), replaced.data<double>().ToArray());
        Assert.Equal([2.0, 4, 6], autograd.grad([replaced.mul(tensor([1.0, 2, 3])).sum()], [x])[0].data<double>().ToArray());
    }

    // The generator's images are 16 free blocks of the image: what it makes is flat in each block, and so is what is found.
    [Fact]
    public void An_attack_on_codes_finds_images_of_the_generator()
    {
        using var network = new ReferenceNetwork();
        var batch = ReferenceVectors.Batch();
        var codes = new LatentCodes(
            z => nn.functional.interpolate(z.view(-1, 1, 4, 4).sigmoid(), size: [14, 14]),
            start => nn.functional.adaptive_avg_pool2d(start.Images, 4).clamp(Held(0.02), Held(0.98)).logit().flatten(1));
        var attack = new CarliniWagnerAttack(new CarliniWagnerOptions { Steps = 60, SearchSteps = 2, InitialConstant = 1000 }, codes);
        using var found = attack.Run(network, batch, [], Work)[0];
        var rows = Enumerable.Range(0, 12).Where(row => found.Exits[row] != AttackExit.NothingFound).ToArray();
        Assert.Equal("CW-Latent", attack.Name);
        Assert.True(rows.Length >= 8, $"{rows.Length}");
        var images = found.Images.index_select(0, tensor(Array.ConvertAll(rows, row => (long)row)));
        var blocks = nn.functional.interpolate(images.index_select(2, tensor([1L, 5, 8, 12])).index_select(3, tensor([1L, 5, 8, 12])), size: [14, 14]);
        Assert.Equal(0, ReferenceVectors.Distance(images, blocks), 1e-12);
        Assert.All(network.Logits(images).argmax(1).data<long>().ToArray().Zip(rows), pair =>
            Assert.NotEqual(batch.Goal.Labels[pair.Second].item<long>(), pair.First));
    }

    [Fact]
    public void A_pulled_gradient_is_that_of_finite_differences()
    {
        var codes = new LatentCodes(z => z.matmul(tensor([0.5, -1, 2, 0.25]).view(2, 2)).sigmoid().view(-1, 1, 1, 2), batch => batch.Images);
        var z = tensor([0.3, -0.4]).view(1, 2);
        var gradient = tensor([0.7, -1.1]).view(1, 1, 1, 2);
        var pulled = codes.Pull(z, codes.Images(z), gradient).data<double>().ToArray();
        for (var i = 0; i < 2; i++)
        {
            var step = tensor(i == 0 ? [1e-6, 0] : new[] { 0, 1e-6 });
            var difference = (codes.Images(z.Plus(step)) - codes.Images(z - step)).mul(gradient).sum().item<double>() / 2e-6;
            Assert.Equal(difference, pulled[i], 1e-8);
        }
    }

    [Theory]
    [InlineData("version: 1\nclassifier: a.onnx\ndefences:\n  - kind: noise\n    sigma: -1", "ConfigValueInvalid")]
    [InlineData("version: 1\nclassifier: a.onnx\ndefences:\n  - kind: jpeg\n    quality: 4000000000", "ConfigValueInvalid")]
    [InlineData("version: 1\nclassifier: a.onnx\ndefences:\n  - kind: jpeg\n    sigma: 4", "ConfigKeyUnknown")]
    [InlineData("version: 1\nclassifier: a.onnx\ndefences:\n  - kind: jpge\n    quality: 4", "ConfigValueInvalid")]
    [InlineData("version: 1\nclassifier: a.onnx\ndefences: []", "ConfigValueInvalid")]
    [InlineData("version: 2\nclassifier: a.onnx\ndefences:\n  - kind: jpeg\n    quality: 4", "ConfigValueInvalid")]
    [InlineData("version: 1\nclassifier: ../a.onnx\ndefences:\n  - kind: jpeg\n    quality: 4", "ConfigValueInvalid")]
    [InlineData("version: 1\nclassifier: /a.onnx\ndefences:\n  - kind: jpeg\n    quality: 4", "ConfigValueInvalid")]
    [InlineData("version: 1\nclassifier: model.yaml\ndefences:\n  - kind: jpeg\n    quality: 4", "ConfigValueInvalid")]
    [InlineData("version: 1\nclassifier: a.onnx\ndefences:\n  - kind: jpeg\n    quality: 4", "ModelNotFound")]
    [InlineData("version: 1\ndefences:\n  - kind: jpeg\n    quality: 4", "ConfigKeyMissing")]
    public void A_description_that_is_wrong_is_one_error(string text, string id)
    {
        var path = _folder.Write("model.yaml", text);
        Assert.Equal(id, Assert.Throws<InputException>(() => ClassifierLoader.Load(path, new ClassifierLoadOptions(), Work)).ErrorId);
    }

    [Fact]
    public void A_described_model_passes_its_defences_in_order()
    {
        File.Copy(TestFolder.Onnx("cnn.onnx"), _folder["cnn.onnx"]);
        var path = _folder.Write("model.yaml", "version: 1\nclassifier: cnn.onnx\ndefences:\n  - kind: noise\n    sigma: 8\n  - kind: jpeg\n    quality: 50\n");
        using var model = ClassifierLoader.Load(path, new ClassifierLoadOptions(), Work);
        using var inner = ClassifierLoader.Load(_folder["cnn.onnx"], new ClassifierLoadOptions(), Work);
        Assert.Equal(("model", true, true, 10), (model.Name, model.IsRandom, model.IsDifferentiable, model.ClassCount));
        Assert.Equal([_folder["cnn.onnx"]], model.Parts);
        var images = zeros(2, 1, 28, 28).Plus(Held(0.4));
        var draws = new ImageDraws([new SeededRandom(1L), new SeededRandom(2L)]);
        var noisy = new GaussianNoiseDefence(8).Apply(images, draws, 0);
        var expected = inner.Logits(new JpegDefence(50).Apply(noisy, draws, 1));
        Assert.Equal(0, (model.Logits(images, draws) - expected).abs().max().item<float>());
    }

    // The defences take pixels as they are, and the classifier its own, once.
    [Fact]
    public void A_described_models_normalisation_is_its_classifiers()
    {
        File.Copy(TestFolder.Onnx("cnn.onnx"), _folder["cnn.onnx"]);
        var path = _folder.Write("model.yaml", "version: 1\nclassifier: cnn.onnx\ndefences:\n  - kind: bits\n    depth: 2\n");
        var loading = new ClassifierLoadOptions { Normalisation = new InputNormalisation(255, [30], [90]) };
        using var model = Assert.IsType<CompositeClassifier>(ClassifierLoader.Load(path, loading, Work));
        using var inner = ClassifierLoader.Load(_folder["cnn.onnx"], new ClassifierLoadOptions(), Work);
        var images = linspace(0, 1, 28 * 28).reshape(1, 1, 28, 28);
        var seen = images.mul(Held(3)).round().div(Held(3));
        var expected = inner.Logits((seen.mul(Held(255)) - Held(30)).div(Held(90)));
        Assert.True((model.Logits(images) - expected).abs().max().item<float>() < 1e-4);
    }

    // What the session keeps of a model is kept by this text.
    [Fact]
    public void A_normalisations_text_has_all_of_its_numbers()
    {
        var texts = new[]
        {
            new InputNormalisation(1, [0.1], [0.3]), new(1, [0.2], [0.3]), new(1, [0.1], [0.4]), new(255, [0.1], [0.3]), new(1, [0.1, 0.1], [0.3]),
        }.Select(normalisation => normalisation.ToString());
        Assert.Equal(5, texts.Distinct().Count());
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static CompositeClassifier Behind(ImageDefence defence) => new("behind", new ReferenceNetwork(), [defence], []);

    private sealed class DisposeScopeHolder : IDisposable
    {
        private readonly IDisposable _held;

        public DisposeScopeHolder()
        {
            TorchBackend.EnsureLoaded();
            _held = NewDisposeScope();
        }

        public void Dispose() => _held.Dispose();
    }
}
