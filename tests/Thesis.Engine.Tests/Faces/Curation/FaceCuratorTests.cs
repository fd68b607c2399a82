using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Curation of generated people whose wrong labels are known, and of all that the batches and shards must not change.</summary>
public sealed class FaceCuratorTests
{
    private const int People = 12;
    private const int Each = 14;
    private const int Dimension = 64;

    // Six people a batch are few negatives: K' is just above their size, and eta smaller than for fifty.
    private static readonly CurationOptions Options = new()
    {
        BatchSize = 6, MinimumImages = 5, Eta = 1.5, ProximityAware = new ProximityAwareOptions { NegativesFrom = Each + 2 },
    };

    [Fact]
    public void Wrong_labels_are_dropped_with_their_reason_and_right_ones_kept()
    {
        var (unit, truth) = Faces();
        var labels = (string[])truth.Clone();

        // One of the same batch, one of another batch, one without a name.
        labels[0] = truth[Each];
        labels[1] = truth[^1];
        labels[2] = "";
        var result = FaceCurator.Curate(unit, labels, Options, store: null, WorkContext.Default);
        Assert.Equal((People + 5) / 6, result.Batches);
        Assert.Equal(Enumerable.Range(0, truth.Length), result.Faces.Select(face => face.Face));
        Assert.Equal((CurationVerdict.OtherIdentity, truth[0]), (result.Faces[0].Verdict, result.Faces[0].Majority));
        Assert.Contains(result.Faces[1].Verdict, (CurationVerdict[])[CurationVerdict.ClusterTooSmall, CurationVerdict.OtherIdentity]);
        Assert.Equal(1, result.Faces[1].Batch);
        Assert.Equal(CurationVerdict.IdentityMissing, result.Faces[2].Verdict);
        Assert.All(result.Faces.Skip(3), face => Assert.Equal(CurationVerdict.Kept, face.Verdict));
        var first = result.Identities[0];
        Assert.Equal((truth[0], Each - 3, Each - 3, 1), (first.Identity, first.Faces, first.Kept, first.Clusters));
        Assert.Equal((Each - 3.0) / (Each - 2), first.Purity!.Value, 1e-12);
        Assert.All(result.Identities, identity => Assert.Equal(identity.Faces, identity.Kept + identity.OtherIdentity + identity.ClusterTooSmall));
    }

    [Fact]
    public void Clusters_of_few_images_are_dropped_whole()
    {
        var (unit, truth) = Faces();
        var result = FaceCurator.Curate(unit, truth, Options with { MinimumImages = Each + 1 }, store: null, WorkContext.Default);
        Assert.All(result.Faces, face => Assert.Equal(CurationVerdict.ClusterTooSmall, face.Verdict));
        Assert.All(result.Identities, identity => Assert.Null(identity.Purity));
    }

    [Fact]
    public void One_person_under_two_names_overlaps_and_an_image_under_two_names_is_a_duplicate()
    {
        var (unit, truth) = Faces();
        var labels = (string[])truth.Clone();

        // The first person's second half lies in the last batch.
        for (var i = Each / 2; i < Each; i++) labels[i] = "zz";
        unit.Row(3 * Each).CopyTo(unit.Values.AsSpan(5 * Each * Dimension));
        var result = FaceCurator.Curate(unit, labels, Options, store: null, WorkContext.Default);
        Assert.Equal(["zz"], result.Identities[0].Overlaps.Select(other => other.Identity));
        Assert.Equal([labels[0]], result.Identities[^1].Overlaps.Select(other => other.Identity));
        Assert.All(result.Identities.Skip(1).SkipLast(1), identity => Assert.Empty(identity.Overlaps));
        var pair = Assert.Single(result.Duplicates);
        Assert.Equal((3 * Each, 5 * Each), (pair.First, pair.Second));
        Assert.Equal(1, pair.Similarity, 1e-6);
        Assert.Equal(1, result.Identities.Single(identity => identity.Identity == labels[3 * Each]).Duplicates);
    }

    [Fact]
    public void Finished_batches_and_shards_give_what_one_run_gives()
    {
        var (unit, truth) = Faces();
        using var folder = new TestFolder();
        var store = new CurationBatchStore(folder["batches"]);
        var whole = FaceCurator.Curate(unit, truth, Options, store: null, WorkContext.Default);
        for (var shard = 0; shard < 2; shard++)
        {
            var part = FaceCurator.Curate(unit, truth, Options with { ShardIndex = shard, ShardCount = 2 }, store, WorkContext.Default);
            Assert.Equal(whole.Faces.Where(face => face.Batch == shard), part.Faces);
        }

        var merged = FaceCurator.Curate(unit, truth, Options, store, WorkContext.Default);
        Assert.Equal((2, 2), (merged.Batches, merged.Resumed));
        Assert.Equal(whole.Faces, merged.Faces);

        // Another parameter, or a file that is not whole, is no finished batch.
        Assert.Equal(0, FaceCurator.Curate(unit, truth, Options with { Eta = 1.4 }, store, WorkContext.Default).Resumed);
        var file = Directory.GetFiles(folder["batches"]).Order(StringComparer.Ordinal).First();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^4]);
        var again = FaceCurator.Curate(unit, truth, Options with { Eta = 1.4 }, store, WorkContext.Default);
        Assert.InRange(again.Resumed, 1, 2);
        Assert.Equal(whole.Faces, FaceCurator.Curate(unit, truth, Options, store, WorkContext.Default).Faces);
    }

    [Fact]
    public void The_verdicts_do_not_depend_on_the_order_of_the_identities_faces()
    {
        var (unit, truth) = Faces();
        int[] order = [.. Enumerable.Range(0, truth.Length).OrderBy(i => i % Each).ThenBy(i => i)];
        var turned = FaceCurator.Curate(
            unit.Gather(order), [.. order.Select(i => truth[i])], Options, store: null, WorkContext.Default);
        Assert.Equal(People, turned.Identities.Count);
        Assert.All(turned.Faces, face => Assert.Equal(CurationVerdict.Kept, face.Verdict));
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(-1, 2)]
    public void A_shard_that_is_none_is_refused(int index, int count)
    {
        var (unit, truth) = Faces();
        var options = Options with { ShardIndex = index, ShardCount = count };
        Assert.Equal("OptionOutOfRange", Assert.Throws<InputException>(
            () => FaceCurator.Curate(unit, truth, options, store: null, WorkContext.Default)).ErrorId);
    }

    [Fact]
    public void Without_an_identity_there_is_nothing_to_curate_by()
    {
        var (unit, truth) = Faces();
        Assert.Equal("IdentityMissing", Assert.Throws<InputException>(
            () => FaceCurator.Curate(unit, new string[truth.Length], Options, store: null, WorkContext.Default)).ErrorId);
    }

    // Figure 5 of the issue in little; benchmarks/Measure-FaceCuration.ps1 measures it over seeds and rates.
    [Fact]
    public void Of_real_people_with_30_percent_of_wrong_labels_the_right_ones_are_kept()
    {
        var (features, identities) = (LfwFaces.Features(), LfwFaces.Identities());
        string[] people = [.. identities.CountBy(name => name).Where(name => name.Value is >= 10 and <= 60).Select(name => name.Key).Order(StringComparer.Ordinal).Take(50)];
        int[] rows = [.. Enumerable.Range(0, identities.Length).Where(i => people.Contains(identities[i]))];
        var random = new SeededRandom(4);
        var truth = Array.ConvertAll(rows, row => identities[row]);
        var labels = Array.ConvertAll(truth, name =>
            random.NextDouble() >= 0.3 ? name : people[(Array.IndexOf(people, name) + 1 + (int)(random.NextDouble() * (people.Length - 1))) % people.Length]);
        var result = FaceCurator.Curate(features.Gather(rows), labels, new CurationOptions { MinimumImages = 3 }, store: null, WorkContext.Default);
        var kept = result.Faces.Where(face => face.Verdict == CurationVerdict.Kept).Select(face => face.Face).ToArray();
        var right = kept.Count(i => labels[i] == truth[i]);
        Assert.InRange(right / (double)kept.Length, 0.98, 1);
        Assert.InRange(right / (double)labels.Zip(truth).Count(pair => pair.First == pair.Second), 0.95, 1);
    }

    // People far from each other, their faces near.
    private static (FeatureMatrix Unit, string[] Truth) Faces()
    {
        var random = new Random(11);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var values = new float[People * Each * Dimension];
        for (var person = 0; person < People; person++)
        {
            double[] centre = [.. Enumerable.Range(0, Dimension).Select(_ => Normal())];
            for (var k = 0; k < Each * Dimension; k++)
            {
                values[(person * Each * Dimension) + k] = (float)(centre[k % Dimension] + (0.5 * Normal()));
            }
        }

        return (
            new FeatureMatrix(values, People * Each, Dimension).Normalize(),
            [.. Enumerable.Range(0, People * Each).Select(i => $"p{i / Each:D2}")]);
    }
}
