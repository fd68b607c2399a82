using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Faces that come by and by, against the definitions of linkage and of what is known.</summary>
public sealed class CatalogueAdditionTests : IDisposable
{
    private const double Threshold = 0.45;

    private static readonly int[] People = [.. Enumerable.Range(0, 120).Select(i => i % 20)];

    private readonly CatalogueFixture _catalogue = new();

    public void Dispose() => _catalogue.Dispose();

    [Fact]
    public void The_first_faces_are_clustered_as_a_clustering_does()
    {
        var set = CatalogueFixture.Faces(1, People);
        var added = _catalogue.Add(set);
        var labels = FaceClusterer.Cluster(set.Features.Normalize(), new FaceClusteringOptions(),
            WorkContext.Default).Labels;
        CatalogueFixture.AssertSamePartition(labels.Select(label => (long)label), added.Select(face => face.Cluster!.Value));
        Assert.Equal(20, added.Select(face => face.Cluster).Distinct().Count());
        Assert.All(added, face => Assert.Equal(AddedFaceOutcome.New, face.Outcome));
        _catalogue.RequireWhole();
    }

    [Fact]
    public void The_same_faces_again_change_nothing()
    {
        var set = CatalogueFixture.Faces(1, People);
        var first = _catalogue.Add(set);
        var bytes = File.ReadAllBytes(_catalogue.Path);
        var again = _catalogue.Add(CatalogueFixture.Shuffled(set, 5));
        Assert.All(again, face => Assert.Equal(AddedFaceOutcome.Known, face.Outcome));
        Assert.Equal(bytes, File.ReadAllBytes(_catalogue.Path));
        Assert.Equal(first.OrderBy(face => face.Key).Select(face => face.Face),
            again.OrderBy(face => face.Key).Select(face => face.Face));
    }

    [Fact]
    public void The_order_of_the_faces_is_of_no_matter()
    {
        var (first, second) = (CatalogueFixture.Faces(1, People), CatalogueFixture.Faces(2, [.. People, 30, 31, 31]));
        _catalogue.Add(first);
        _catalogue.Add(second);
        using var other = new CatalogueFixture();
        other.Add(CatalogueFixture.Shuffled(first, 7));
        other.Add(CatalogueFixture.Shuffled(second, 8));
        Assert.Equal(_catalogue.ByPhotograph(), other.ByPhotograph());
    }

    // Mean linkage by its definition, over all members in float64.
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.45)]
    [InlineData(0.7)]
    public void Later_faces_join_the_cluster_of_the_largest_mean_similarity(double threshold)
    {
        var first = CatalogueFixture.Faces(1, People, spread: 0.6);
        var before = _catalogue.Add(first, threshold);
        var second = CatalogueFixture.Faces(2, [.. People, .. Enumerable.Range(50, 10)], spread: 0.7);
        var (old, added) = (first.Features.Normalize(), second.Features.Normalize());
        var results = _catalogue.Add(second);
        Assert.Contains(results, face => face.Outcome == AddedFaceOutcome.Assigned);
        Assert.Contains(results, face => face.Outcome == AddedFaceOutcome.New);
        for (var i = 0; i < added.Count; i++)
        {
            var (best, similarity) = before.GroupBy(face => face.Cluster).Select(members =>
                (Cluster: members.Key, Mean: members.Average(face =>
                Enumerable.Range(0, CatalogueFixture.Dimension).Sum(k =>
                    (double)old.Row(face.Index)[k] * added.Row(i)[k])))).MaxBy(one => one.Mean);
            if (Math.Abs(similarity - (1 - threshold)) < 1e-6) continue;
            Assert.Equal(similarity >= 1 - threshold, results[i].Outcome == AddedFaceOutcome.Assigned);
            if (results[i].Outcome != AddedFaceOutcome.Assigned) continue;
            Assert.Equal(best, results[i].Cluster);
            Assert.Equal(similarity, results[i].Similarity, 1e-5);
        }

        _catalogue.RequireWhole();
    }

    [Fact]
    public void Names_and_ids_survive_another_folder_and_another_order()
    {
        var set = CatalogueFixture.Faces(1, People);
        var added = _catalogue.Add(set);
        _catalogue.Name(added[0].Cluster!.Value, "Ann");
        var moved = CatalogueFixture.Shuffled(CatalogueFixture.Faces(1, People, "/elsewhere"), 3);
        var again = _catalogue.Add(moved);
        Assert.All(again, face => Assert.Equal(AddedFaceOutcome.Moved, face.Outcome));
        Assert.Equal(added.ToDictionary(face => face.Face, face => face.Cluster),
            again.ToDictionary(face => face.Face, face => face.Cluster));
        Assert.Equal("Ann", again.First(face => face.Face == added[0].Face).Name);
        Assert.All(_catalogue.All(), face => Assert.StartsWith("/elsewhere/", face.Photograph, StringComparison.Ordinal));
        _catalogue.RequireWhole();
    }

    [Fact]
    public void A_copy_beside_its_photograph_leaves_the_face_where_it_is()
    {
        var photograph = _catalogue.Folder["a.jpg"];
        File.WriteAllText(photograph, "");
        var features = CatalogueFixture.Faces(1, [1]).Features;
        _catalogue.Add(CatalogueFixture.Set(features, [photograph]));
        var again = _catalogue.Add(CatalogueFixture.Set(features, ["/backup/a.jpg"]));
        Assert.Equal(AddedFaceOutcome.Known, again[0].Outcome);
        Assert.Equal(photograph, Assert.Single(_catalogue.All()).Photograph);
    }

    [Fact]
    public void A_changed_photograph_is_the_same_face()
    {
        var first = CatalogueFixture.Faces(1, [1, 1, 2]);
        var added = _catalogue.Add(first, Threshold);
        var edited = CatalogueFixture.Faces(2, [1, 1, 3]).Features;
        var again = _catalogue.Add(CatalogueFixture.Set(edited, [.. first.Properties[0].Values.Cast<string>()]));
        Assert.Equal(added.Select(face => face.Face), again.Select(face => face.Face));
        Assert.All(again, face => Assert.Equal(AddedFaceOutcome.Changed, face.Outcome));
        Assert.Equal(added[0].Cluster, again[0].Cluster);
        Assert.NotEqual(added[2].Cluster, again[2].Cluster);
        Assert.Equal(3, _catalogue.All().Count);
        _catalogue.RequireWhole();
    }

    [Fact]
    public void Faces_without_ids_of_one_photograph_are_no_changes_of_each_other()
    {
        var first = CatalogueFixture.Set(CatalogueFixture.Faces(1, [1]).Features, ["/p.jpg"]) with { Ids = null };
        _catalogue.Add(first, Threshold);
        var second = CatalogueFixture.Set(CatalogueFixture.Faces(2, [2]).Features, ["/p.jpg"]) with { Ids = null };
        Assert.Equal(AddedFaceOutcome.New, _catalogue.Add(second)[0].Outcome);
        Assert.Equal(2, _catalogue.All().Count);
    }

    [Fact]
    public void Known_identities_name_clusters()
    {
        var set = CatalogueFixture.Faces(1, [1, 1, 2, 2, 1]) with { Identities = ["Ann", "Ann", "Bob", "Bob", ""] };
        var options = new CatalogueOptions { NameByIdentity = true };
        var added = _catalogue.Add(set, Threshold, options);
        Assert.Equal(["Ann", "Ann", "Bob", "Bob", "Ann"], added.Select(face => face.Name));
        var later = _catalogue.Add(CatalogueFixture.Faces(2, [2, 7]) with { Identities = ["", "ann"] }, null, options);
        Assert.Equal(["Bob", "Ann"], later.Select(face => face.Name));
        _catalogue.RequireWhole();
    }

    [Fact]
    public void A_cut_that_was_read_off_few_faces_is_read_again()
    {
        var added = _catalogue.Add(CatalogueFixture.Faces(1, [1, 2, 3]));
        Assert.Equal(3, added.Select(face => face.Cluster).Distinct().Count());
        var later = _catalogue.Add(CatalogueFixture.Faces(2, [.. People, .. People]));
        Assert.Equal(20, later.Select(face => face.Cluster).Distinct().Count());
        Assert.Equal(added[0].Cluster, later[1].Cluster);
    }

    [Fact]
    public void A_calibration_is_used_once_and_a_threshold_at_once()
    {
        var calibration = FaceCalibrationFile.Find("mobilefacenet", path => path);
        var features = LfwFaces.Features();
        var first = CatalogueFixture.Set(features.Gather([.. Enumerable.Range(0, 300)]),
            [.. Enumerable.Range(0, 300).Select(i => $"/{i}.jpg")]);
        var options = new CatalogueOptions { Clustering = new FaceClusteringOptions { Cut = new CutRule.Likelihood(calibration) } };
        _catalogue.Add(CatalogueFixture.Part(first, [.. Enumerable.Range(0, 200)]), null, options);
        var summary = Summary();
        Assert.Equal("calibrated", summary.Rule);
        _catalogue.Add(CatalogueFixture.Part(first, [.. Enumerable.Range(200, 100)]), null, options);
        Assert.Equal(summary.Threshold, Summary().Threshold);
        _catalogue.Add(CatalogueFixture.Part(first, [0]), 0.3);
        Assert.Equal((0.3, "threshold"), (Summary().Threshold!.Value, Summary().Rule!));
        Assert.Empty(Summary().Faults!);

        // The same threshold every night is no change.
        var bytes = File.ReadAllBytes(_catalogue.Path);
        _catalogue.Add(first, 0.3);
        Assert.Equal(bytes, File.ReadAllBytes(_catalogue.Path));

        CatalogueSummary Summary() =>
            CatalogueSummary.Read(_catalogue.Path, check: true, CatalogueFixture.Wait, WorkContext.Default);
    }

    [Fact]
    public void Faces_that_are_alone_find_their_people_when_others_have_come()
    {
        // A chain: the outer two come together only by the one between them.
        float[] left = Direction(0.0), right = Direction(1.2), middle = Direction(0.6);
        _catalogue.Add(One(left, "/l.jpg"), 0.2);
        _catalogue.Add(One(right, "/r.jpg"));
        var between = _catalogue.Add(One(middle, "/m.jpg"));
        Assert.Equal(3, _catalogue.Clusters().Count + (between[0].Outcome == AddedFaceOutcome.Assigned ? 1 : 0));
        CatalogueReclustering.Update(
            _catalogue.Path,
                new CatalogueOptions { Clustering = new FaceClusteringOptions { Cut = new CutRule.Threshold(0.5) },
                    Wait = CatalogueFixture.Wait },
            renewCut: true, WorkContext.Default);
        Assert.Equal(3, Assert.Single(_catalogue.Clusters()).Faces);
        _catalogue.RequireWhole();

        static float[] Direction(double angle)
        {
            var values = new float[CatalogueFixture.Dimension];
            (values[0], values[1]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
            return values;
        }

        static FeatureSet One(float[] values, string photograph) =>
            CatalogueFixture.Set(new FeatureMatrix(values, 1, CatalogueFixture.Dimension), [photograph]);
    }

    // A day's file whose ids are 0, 1, 2 is not the file of the day before, changed.
    [Theory]
    [InlineData("0", null)]
    [InlineData("photos/0.jpg", null)]
    [InlineData("/photos/0.jpg", "/photos/0.jpg")]
    [InlineData("/photos/0.jpg#3", "/photos/0.jpg")]
    [InlineData("/photos/0.jpg#", "/photos/0.jpg#")]
    public void An_id_that_is_a_whole_path_names_a_photograph(string id, string? photograph)
    {
        if (OperatingSystem.IsWindows() && photograph is not null) (id, photograph) = ("C:" + id, "C:" + photograph);
        var set = CatalogueFixture.Faces(1, [1]) with { Ids = [id], Properties = [] };
        Assert.Equal(photograph, _catalogue.Add(set, Threshold)[0].Photograph);
        var other = _catalogue.Add(CatalogueFixture.Faces(2, [5]) with { Ids = [id], Properties = [] });
        Assert.Equal(photograph is null ? AddedFaceOutcome.New : AddedFaceOutcome.Changed, other[0].Outcome);
    }
}
