using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>What people say of faces and clusters holds, and what a catalogue says of them.</summary>
public sealed class CatalogueVerdictTests : IDisposable
{
    private const double Threshold = 0.45;

    private static readonly int[] People = [.. Enumerable.Range(0, 120).Select(i => i % 20)];

    private readonly CatalogueFixture _catalogue = new();

    public void Dispose() => _catalogue.Dispose();

    [Fact]
    public void Two_faces_of_one_photograph_are_two_people_unless_they_may_be_one()
    {
        var features = CatalogueFixture.Faces(1, [1, 1, 1, 1], spread: 0.1).Features;
        string[] photographs = ["/p/1.jpg", "/p/1.jpg", "/p/2.jpg", "/p/3.jpg"];
        var apart = _catalogue.Add(CatalogueFixture.Set(features, photographs), Threshold);
        Assert.NotEqual(apart[0].Cluster, apart[1].Cluster);
        Assert.Equal(2, apart.Select(face => face.Cluster).Distinct().Count());

        // A later face of a photograph that is there, and one of a photograph of its own.
        var later = _catalogue.Add(
            CatalogueFixture.Set(CatalogueFixture.Faces(2, [1, 1], spread: 0.1).Features, ["/p/1.jpg", "/p/4.jpg"],
                firstNumber: 2));
        Assert.DoesNotContain(later[0].Cluster, apart.Take(2).Select(face => face.Cluster));
        Assert.Contains(later[1].Cluster, apart.Select(face => face.Cluster));
        _catalogue.Update();
        Assert.Equal(3,
            _catalogue.All().Where(face => face.Photograph == "/p/1.jpg").Select(face => face.Cluster).Distinct().Count());

        using var other = new CatalogueFixture();
        var together = other.Add(CatalogueFixture.Set(features, photographs), Threshold,
            new CatalogueOptions { AllowSamePhotograph = true });
        Assert.Single(together.Select(face => face.Cluster).Distinct());
    }

    [Fact]
    public void What_is_not_this_person_does_not_come_back()
    {
        var added = _catalogue.Add(CatalogueFixture.Faces(1, People));
        var (face, cluster) = (added[0].Face, added[0].Cluster!.Value);
        _catalogue.Say(face, new FaceVerdict.NotInCluster(cluster));
        RequireElsewhere();
        _catalogue.Update();
        RequireElsewhere();
        _catalogue.Add(CatalogueFixture.Faces(2, People));
        _catalogue.Update();
        RequireElsewhere();
        var fault = Assert.Throws<InputException>(() => _catalogue.Merge(false, cluster, _catalogue.ClusterOf(face)!.Value));
        Assert.Equal("ClusterApart", fault.ErrorId);
        _catalogue.Merge(true, cluster, _catalogue.ClusterOf(face)!.Value);
        Assert.Equal(cluster, _catalogue.ClusterOf(face));
        _catalogue.RequireWhole();

        void RequireElsewhere() => Assert.NotEqual(cluster, _catalogue.ClusterOf(face));
    }

    [Fact]
    public void Faces_of_two_people_stay_apart_and_those_of_one_together()
    {
        var added = _catalogue.Add(CatalogueFixture.Faces(1, [1, 1, 1, 2, 2, 2]), Threshold);
        _catalogue.Say(added[0].Face, new FaceVerdict.DifferentFrom(added[1].Face));
        Assert.NotEqual(_catalogue.ClusterOf(added[0].Face), _catalogue.ClusterOf(added[1].Face));
        _catalogue.Update();
        Assert.NotEqual(_catalogue.ClusterOf(added[0].Face), _catalogue.ClusterOf(added[1].Face));
        _catalogue.Say(added[5].Face, new FaceVerdict.SameAs(added[1].Face));
        _catalogue.Update();
        Assert.Equal(_catalogue.ClusterOf(added[1].Face), _catalogue.ClusterOf(added[5].Face));
        Assert.Contains(_catalogue.All(), face => face.Face == added[5].Face && face.IsPinned);

        // The last word holds: the two are of one person after all.
        _catalogue.Say(added[0].Face, new FaceVerdict.SameAs(added[1].Face));
        Assert.Equal(_catalogue.ClusterOf(added[0].Face), _catalogue.ClusterOf(added[1].Face));
        _catalogue.RequireWhole();
    }

    [Fact]
    public void Ids_are_never_used_twice()
    {
        var added = _catalogue.Add(CatalogueFixture.Faces(1, [1, 1, 2, 2]), Threshold);
        var (a, b) = (added[0].Cluster!.Value, added[2].Cluster!.Value);
        var kept = _catalogue.Merge(false, a, b);
        var gone = kept == a ? b : a;
        Assert.Equal("ClusterMerged", Assert.Throws<InputException>(() => _catalogue.Name(gone, "x")).ErrorId);
        var made = CatalogueEdits.Split(_catalogue.Path, kept, [added[3].Face], 0, CatalogueFixture.Wait,
            WorkContext.Default);
        Assert.True(Assert.Single(made) > Math.Max(a, b));
        _catalogue.Undo();
        var next = _catalogue.Add(CatalogueFixture.Faces(2, [9]));
        Assert.True(next[0].Cluster > made[0]);
        CatalogueEdits.RemoveFaces(_catalogue.Path, [next[0].Face], CatalogueFixture.Wait, WorkContext.Default);
        Assert.True(_catalogue.Add(CatalogueFixture.Faces(2, [9]))[0].Face > next[0].Face);
        _catalogue.RequireWhole();
    }

    [Fact]
    public void An_ignored_face_stays_known_and_joins_nobody()
    {
        var set = CatalogueFixture.Faces(1, [1, 1, 1]);
        var added = _catalogue.Add(set, Threshold);
        _catalogue.Say(added[0].Face, new FaceVerdict.Ignored());
        _catalogue.Update();
        var again = _catalogue.Add(set);
        Assert.Equal(AddedFaceOutcome.Known, again[0].Outcome);
        Assert.Null(again[0].Cluster);
        Assert.Equal(2, Assert.Single(_catalogue.Clusters()).Faces);
        _catalogue.Say(added[0].Face, new FaceVerdict.Open());
        Assert.Equal(added[1].Cluster, _catalogue.ClusterOf(added[0].Face));
        _catalogue.RequireWhole();
    }

    [Fact]
    public void The_nearest_cluster_is_that_of_the_largest_mean_similarity()
    {
        var set = CatalogueFixture.Faces(1, People, spread: 0.6);
        var added = _catalogue.Add(set, 0.4);
        var unit = set.Features.Normalize();
        var members = added.GroupBy(face => face.Cluster!.Value).ToDictionary(group => group.Key, group =>
            group.Select(face => face.Index).ToArray());
        var clusters = CatalogueQueries.Clusters(_catalogue.Path, nearest: true, CatalogueFixture.Wait, WorkContext.Default);
        foreach (var cluster in clusters)
        {
            var (other, similarity) = members.Keys.Where(id => id != cluster.Cluster).Select(id =>
                (id, Mean(cluster.Cluster, id))).MaxBy(one => one.Item2);
            Assert.Equal(other, cluster.NearestCluster);
            Assert.Equal(similarity, cluster.NearestSimilarity, 1e-5);
        }

        double Mean(long a, long b) => members[a].Average(i => members[b].Average(j =>
            Enumerable.Range(0, CatalogueFixture.Dimension).Sum(k => (double)unit.Row(i)[k] * unit.Row(j)[k])));
    }

    [Fact]
    public void A_loose_cluster_is_flagged_and_can_be_parted()
    {
        var set = CatalogueFixture.Faces(1, [.. People, .. Enumerable.Repeat(40, 4), .. Enumerable.Repeat(41, 4)]);
        var added = _catalogue.Add(set, Threshold);
        var (a, b) = (added[120].Cluster!.Value, added[124].Cluster!.Value);
        Assert.NotEqual(a, b);
        var mixed = _catalogue.Merge(false, a, b);
        Assert.Equal("low cohesion", Mixed().Review);
        Assert.Equal(mixed, _catalogue.Clusters().MinBy(cluster => cluster.Cohesion)!.Cluster);
        var parts = CatalogueEdits.Split(_catalogue.Path, mixed, [], Threshold, CatalogueFixture.Wait, WorkContext.Default);
        Assert.Single(parts);
        Assert.Null(Mixed().Review);
        _catalogue.RequireWhole();

        CatalogueCluster Mixed() => _catalogue.Clusters().First(cluster => cluster.Cluster == mixed);
    }

    [Fact]
    public void Nothing_is_written_where_nothing_is_to_be()
    {
        var options = new CatalogueOptions { Apply = false };
        var set = CatalogueFixture.Faces(1, People);
        var planned = _catalogue.Add(set, Threshold, options);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_catalogue.Path)!));
        var done = _catalogue.Add(set, Threshold);
        Assert.Equal(done, planned);
        var bytes = File.ReadAllBytes(_catalogue.Path);
        var second = CatalogueFixture.Faces(2, [.. People, 50]);
        planned = _catalogue.Add(second, null, options);
        Assert.Equal(bytes, File.ReadAllBytes(_catalogue.Path));
        Assert.Equal(_catalogue.Add(second), planned);
    }
}
