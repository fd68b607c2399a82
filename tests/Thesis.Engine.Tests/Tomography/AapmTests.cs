using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Benchmarks;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

/// <summary>The scores of the AAPM challenge against NumPy and SciPy (tests/data/tomography/aapm).</summary>
public sealed class AapmTests
{
    private const int Size = 96;

    private static readonly float[] Planes = NpyFile.Read(
        Repository.Path("tests", "data", "tomography", "aapm", "aapm.npy"), WorkContext.Default).ToSingle();

    [Theory]
    [InlineData("source", 1)]
    [InlineData("nmar", 2)]
    [InlineData("image", 3)]
    public void Measures_and_scores_are_those_of_NumPy(string name, int plane)
    {
        var expected = TomographyData.Json<Dictionary<string, Expected>>("aapm", "aapm.json")[name];
        var scores = AapmScores.Of(Plane(plane), Case());
        var measures = scores.Measures;
        Near(expected.Measures, new Dictionary<string, double?>
        {
            ["rmse"] = measures.Rmse, ["noise"] = measures.Noise, ["sharpness"] = measures.Sharpness, ["streak"] = measures.Streak,
            ["similarity"] = measures.Similarity, ["boneVolume"] = measures.BoneVolume, ["boneDice"] = measures.BoneDice,
            ["metalVolume"] = measures.MetalVolume, ["metalDice"] = measures.MetalDice, ["rangeShift"] = measures.RangeShift,
        });
        Near(expected.Scores, new Dictionary<string, double?>
        {
            ["accuracy"] = scores.Accuracy, ["noise"] = scores.Noise, ["sharpness"] = scores.Sharpness, ["streaks"] = scores.Streaks,
            ["similarity"] = scores.Similarity, ["bone"] = scores.Bone, ["metal"] = scores.Metal, ["range"] = scores.Range,
            ["mean"] = scores.Mean,
        });
    }

    [Fact]
    public void The_truth_with_its_metal_scores_0()
    {
        var (truth, metal) = (Plane(0), Metal());
        var image = metal.Insert(truth, Plane(1));
        var scores = AapmScores.Of(image, Case());
        Assert.Equal(0, scores.Mean, 1e-9);
    }

    [Fact]
    public void Truth_without_bone_and_edges_leaves_those_scores_out()
    {
        var (body, metal) = (new float[Size * Size], new bool[Size * Size]);
        for (var i = 0; i < body.Length; i++)
        {
            double Distance(double row, double column) => double.Hypot((i / Size) - row, (i % Size) - column);
            (body[i], metal[i]) = (Distance(48, 48) < 40 ? 40 : -1000, Distance(40, 48) < 3);
        }

        var (truth, mask) = (Attenuation(body), new MetalMask(metal, Size, Size));
        var scores = AapmScores.Of(truth, new AapmCase(truth, truth, mask, truth));
        Assert.Null(scores.Bone);
        Assert.Null(scores.Sharpness);
        Assert.Equal(0, scores.Noise);
        Assert.Equal(0, scores.Range);

        // Nothing is as bright as metal, in what stands for NMAR neither.
        Assert.Equal(2, scores.Metal);
        Assert.Equal(2.0 / 6, scores.Mean, 1e-12);
    }

    [Fact]
    public void What_cannot_be_scored_is_refused()
    {
        var (truth, source, metal) = (Plane(0), Plane(1), Metal());
        Assert.Equal("MetalMissing", Fault(() => new AapmCase(truth, source, new MetalMask(new bool[Size * Size], Size, Size), source)));
        Assert.Equal("BodyMissing", Fault(() => new AapmCase(Attenuation(new float[Size * Size].Select(_ => -1000f).ToArray()), source, metal, source)));
        Assert.Equal("ImageShapeMismatch", Fault(() => AapmScores.Of(new SliceImage(90, 90), Case())));
        Assert.Equal("ImageShapeMismatch", Fault(() => new AapmCase(
            new SliceImage(20, 30), new SliceImage(20, 30), new MetalMask(new bool[600], 20, 30), new SliceImage(20, 30))));
    }

    [Theory]
    [InlineData(-1000.1, 0)]
    [InlineData(-1000, 0)]
    [InlineData(-600, 0.394)]
    [InlineData(0, 1.013)]
    [InlineData(2995, 3.2)]
    [InlineData(999961, 0)]
    public void Stopping_power_is_linear_between_the_points(double hounsfield, double expected) =>
        Assert.Equal(expected, ProtonRange.Of(hounsfield), 1e-12);

    private static void Near(Dictionary<string, double> expected, Dictionary<string, double?> found)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.All(expected, pair => Assert.Equal(pair.Value, found[pair.Key]!.Value, 1e-4 * Math.Max(1, Math.Abs(pair.Value))));
    }

    private static string Fault(Action action) => Assert.Throws<InputException>(action).ErrorId;

    private static AapmCase Case() => new(Plane(0), Plane(1), Metal(), Plane(2));

    private static MetalMask Metal() =>
        new([.. Planes.AsSpan(4 * Size * Size, Size * Size).ToArray().Select(value => value > 0)], Size, Size);

    private static SliceImage Plane(int plane) => Attenuation(Planes.AsSpan(plane * Size * Size, Size * Size).ToArray());

    private static SliceImage Attenuation(float[] hounsfield) =>
        new(Array.ConvertAll(hounsfield, value => (float)HounsfieldScale.ToAttenuation(value)), Size, Size);

    private sealed record Expected(Dictionary<string, double> Measures, Dictionary<string, double> Scores);
}
