using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Similarity;

public sealed class MeasuredRadiiTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    private static readonly Lazy<(FeatureMatrix Unit, int[] People)> Faces = new(() =>
    {
        var faces = SyntheticFaces.Generate(new SyntheticProtocol("radii", 600, 60) { SizeDeviation = 0.4 }, 5, Context);
        return (faces.Features.Normalize(), IdentityLabels.From(faces.Identities));
    });

    [Fact]
    public void Eta_without_labels_is_near_that_of_the_labels()
    {
        var (unit, people) = Faces.Value;
        var known = PairDistribution.Measure(unit, people, new PairDistributionOptions { Subjects = null }, Context);
        var radii = MeasuredRadii.Of(unit, Context)!;
        Assert.InRange(radii.Eta, known.Eta - 0.08, known.Eta + 0.08);
        Assert.InRange(radii.Epsilon, 0.01, DensityOptions.DefaultEpsilon);
    }

    [Fact]
    public void Neither_the_order_of_the_faces_nor_copies_move_them()
    {
        var (unit, _) = Faces.Value;
        var radii = MeasuredRadii.Of(unit, Context);
        Assert.Equal(radii, MeasuredRadii.Of(unit.Gather([.. Enumerable.Range(0, unit.Count).Reverse()]), Context));
        var twice = unit.Gather([.. Enumerable.Range(0, unit.Count), .. Enumerable.Range(0, unit.Count)]);
        Assert.Equal(radii, MeasuredRadii.Of(twice, Context));
    }

    [Fact]
    public void Strangers_alone_tell_no_radii()
    {
        var values = new float[100 * 64];
        var random = new SeededRandom(7L);
        for (var i = 0; i < values.Length; i++) values[i] = (float)random.NextGaussian();
        Assert.Null(MeasuredRadii.Of(new FeatureMatrix(values, 100, 64).Normalize(), Context));
    }

    // Of features whose strangers lie near 1 and whose faces of one person scatter: beyond .40 lie faces of one person.
    [Fact]
    public void Features_of_another_network_keep_their_people_together()
    {
        var (unit, people) = Faces.Value;
        var options = new FaceClusteringOptions { Method = ClusteringMethod.DdcNeg, Statistics = false };
        var printed = FaceClusterer.Cluster(unit, options, Context).Labels;
        var measured = FaceClusterer.Cluster(unit, options with { MeasureEpsilon = true, MeasureEta = true }, Context).Labels;
        var gain = ClusteringScore.Measure(measured, people).BCubedF - ClusteringScore.Measure(printed, people).BCubedF;
        Assert.True(gain > 0.2, FormattableString.Invariant($"BCubed F rises by {gain:F3}."));
    }
}
