using Thesis.Engine.Data;
using Thesis.Engine.Robustness;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Xunit;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Tests.Robustness;

public sealed class GeneratedImageTests : IDisposable
{
    private readonly IDisposable _scope;

    public GeneratedImageTests()
    {
        TorchBackend.EnsureLoaded();
        _scope = NewDisposeScope();
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_distance_is_SciPys()
    {
        var (a, b) = (ReferenceVectors.Of("fid_a"), ReferenceVectors.Of("fid_b"));
        var expected = ReferenceVectors.Statistics.GetProperty("fid").GetDouble();
        Assert.Equal(expected, FrechetDistance.Of(a, b), 1e-9);
        Assert.Equal(expected, FrechetDistance.Of(b, a), 1e-9);
        Assert.Equal(0, FrechetDistance.Of(a, a), 1e-9);
    }

    [Fact]
    public void The_distance_of_a_shift_is_its_square_and_that_of_a_factor_is_of_the_deviations()
    {
        var a = ReferenceVectors.Of("fid_a");
        Assert.Equal(6 * 2.5 * 2.5, FrechetDistance.Of(a, a.Plus(Held(2.5))), 1e-9);
        // About its mean: tr(S) (1 - k)^2.
        var centred = a - a.mean([0L]);
        var trace = centred.pow(Held(2)).sum().item<double>() / (a.shape[0] - 1);
        Assert.Equal(trace * 0.49, FrechetDistance.Of(centred, centred.mul(Held(0.3))), 1e-9);
    }

    [Fact]
    public void Fewer_images_than_features_have_a_distance_too()
    {
        // Of two images each the covariance has rank one: v v' / 2 with v their difference, and tr (S S')^(1/2) is |v'w| / 2.
        var a = tensor(new double[,] { { 0, 0, 0, 0 }, { 2, 0, 0, 0 } });
        var b = tensor(new double[,] { { 0, 0, 0, 0 }, { 2, 2, 0, 0 } });
        Assert.Equal(1 + 2 + 4 - (2 * 2), FrechetDistance.Of(a, b), 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void The_score_is_the_reference(int splits)
    {
        var score = InceptionScore.Of(ReferenceVectors.Of("is_probs"), splits);
        var expected = splits == 1
            ? (ReferenceVectors.Statistics.GetProperty("inception_score_1split").GetDouble(), 0)
            : (ReferenceVectors.Statistics.GetProperty("inception_score_10split_mean_std")[0].GetDouble(),
               ReferenceVectors.Statistics.GetProperty("inception_score_10split_mean_std")[1].GetDouble());
        Assert.Equal(expected.Item1, score.Mean, 1e-10);
        Assert.Equal(expected.Item2, score.Deviation, 1e-10);
    }

    [Fact]
    public void An_ONNX_network_gives_its_logits_or_a_named_output()
    {
        var digits = NpyFile.Read(Repository.Path("tests", "data", "onnx", "images.npy"), WorkContext.Default);
        var real = new LabelledImages(new ImageShape(1, 28, 28), digits.ToSingle(), new int[digits.Shape[0]], ["digit"], "digits");
        var options = new GeneratedImageOptions
        {
            ExtractorPath = Repository.Path("tests", "data", "onnx", "cnn.onnx"), Count = 6, Splits = 1,
            Loading = new ClassifierLoadOptions { ImageShape = real.Shape, Samples = real },
        };
        var warnings = new List<string>();
        var work = WorkContext.Default with { Warning = warnings.Add };
        var path = OwnModels.Find("mnist-generator")!;
        var quality = GeneratedImageRuns.Measure(path, real, options, work);
        Assert.Equal(("logits", 10, 6, 4), (quality.Features, quality.FeatureLength, quality.Count, quality.ReferenceCount));
        // Four images and six are too few for ten numbers.
        Assert.Single(warnings, warning => warning.StartsWith("Features of 10 numbers", StringComparison.Ordinal));
        Assert.Equal(
            "OnnxOutputUnknown",
            Assert.Throws<InputException>(() => GeneratedImageRuns.Measure(path, real, options with { FeatureOutput = "none" }, work)).ErrorId);
    }

    [Fact]
    public void Certain_and_even_classes_have_their_number_for_a_score_and_one_class_has_one()
    {
        Assert.Equal(5, InceptionScore.Of(eye(5, dtype: ScalarType.Float64).repeat(4, 1), 2).Mean, 1e-12);
        Assert.Equal(1, InceptionScore.Of(eye(5, dtype: ScalarType.Float64)[..1].repeat(20, 1), 2).Mean, 1e-12);
    }
}
