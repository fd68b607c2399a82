using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Every day's work: faces added, and what people say of them, against definitions and properties.</summary>
public sealed class CatalogueTests : IDisposable
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
        AssertSamePartition(labels.Select(label => (long)label), added.Select(face => face.Cluster!.Value));
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
        var fault = Assert.Throws<InputException>(() => _catalogue.Merge(false, cluster, ClusterOf(face)!.Value));
        Assert.Equal("ClusterApart", fault.ErrorId);
        _catalogue.Merge(true, cluster, ClusterOf(face)!.Value);
        Assert.Equal(cluster, ClusterOf(face));
        _catalogue.RequireWhole();

        void RequireElsewhere() => Assert.NotEqual(cluster, ClusterOf(face));
    }

    [Fact]
    public void Faces_of_two_people_stay_apart_and_those_of_one_together()
    {
        var added = _catalogue.Add(CatalogueFixture.Faces(1, [1, 1, 1, 2, 2, 2]), Threshold);
        _catalogue.Say(added[0].Face, new FaceVerdict.DifferentFrom(added[1].Face));
        Assert.NotEqual(ClusterOf(added[0].Face), ClusterOf(added[1].Face));
        _catalogue.Update();
        Assert.NotEqual(ClusterOf(added[0].Face), ClusterOf(added[1].Face));
        _catalogue.Say(added[5].Face, new FaceVerdict.SameAs(added[1].Face));
        _catalogue.Update();
        Assert.Equal(ClusterOf(added[1].Face), ClusterOf(added[5].Face));
        Assert.Contains(_catalogue.All(), face => face.Face == added[5].Face && face.IsPinned);

        // The last word holds: the two are of one person after all.
        _catalogue.Say(added[0].Face, new FaceVerdict.SameAs(added[1].Face));
        Assert.Equal(ClusterOf(added[0].Face), ClusterOf(added[1].Face));
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
        Assert.Equal(added[1].Cluster, ClusterOf(added[0].Face));
        _catalogue.RequireWhole();
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

    /// <summary>Random commands: the file is whole after each, told-apart faces stay apart, and each can be taken
    /// back.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_commands_keep_their_promises(int seed)
    {
        var random = new Random(seed);
        var different = new List<(long Face, long Other)>();
        var not = new List<(long Face, long Cluster)>();
        _catalogue.Add(CatalogueFixture.Faces(100 + seed, [.. Enumerable.Range(0, 40).Select(_ => random.Next(8))],
            spread: 0.6), Threshold);
        for (var step = 0; step < 20; step++)
        {
            var before = _catalogue.Dump();
            var faces = _catalogue.All();
            var clusters = _catalogue.Clusters().Where(cluster => cluster.Faces > 0).Select(cluster =>
                cluster.Cluster).ToArray();
            var (face, other) = (faces[random.Next(faces.Count)], faces[random.Next(faces.Count)]);
            var kind = random.Next(8);
            try
            {
                switch (kind)
                {
                    case 0:
                        _catalogue.Add(CatalogueFixture.Faces((1000 * seed) + step,
                            [.. Enumerable.Range(0, 5).Select(_ => random.Next(12))], spread: 0.6));
                        break;
                    case 1:
                        _catalogue.Update();
                        break;
                    case 2 when face.Cluster is { } cluster:
                        _catalogue.Say(face.Face, new FaceVerdict.NotInCluster(cluster));
                        break;
                    case 3 when face.Cluster is not null && other.Cluster is not null && face != other:
                        _catalogue.Say(face.Face, new FaceVerdict.DifferentFrom(other.Face));
                        break;
                    case 4:
                        _catalogue.Merge(false, clusters[random.Next(clusters.Length)],
                            clusters[random.Next(clusters.Length)]);
                        break;
                    case 5 when face.Cluster is { } cluster:
                        CatalogueEdits.Split(_catalogue.Path, cluster, [face.Face], 0, CatalogueFixture.Wait,
                            WorkContext.Default);
                        break;
                    case 6:
                        CatalogueEdits.RemoveFaces(_catalogue.Path, [face.Face], CatalogueFixture.Wait, WorkContext.Default);
                        break;
                    default:
                        _catalogue.Say(face.Face, new FaceVerdict.Ignored());
                        break;
                }
            }
            catch (InputException fault) when (fault.ErrorId is "ClusterApart" or "ClusterTooFew" or "ClusterWouldBeEmpty")
            {
                Assert.Equal(before, _catalogue.Dump());
                continue;
            }

            if (random.Next(3) == 0 && kind is not (0 or 1))
            {
                _catalogue.Undo();
                Assert.Equal(before, _catalogue.Dump());
                continue;
            }

            if (kind == 2 && face.Cluster is { } left) not.Add((face.Face, left));
            if (kind == 3 && face.Cluster is not null && other.Cluster is not null
                && face != other) different.Add((face.Face, other.Face));
            _catalogue.RequireWhole();
            var now = _catalogue.All().ToDictionary(one => one.Face, one => one.Cluster);
            Assert.All(different, pair => Assert.True(
                now.GetValueOrDefault(pair.Face) is null
                    || now.GetValueOrDefault(pair.Face) != now.GetValueOrDefault(pair.Other)));
            Assert.All(not, pair =>
                Assert.False(now.GetValueOrDefault(pair.Face) is { } cluster && cluster == pair.Cluster));
        }
    }

    [Fact]
    public void Every_command_is_taken_back_whole()
    {
        var set = CatalogueFixture.Faces(1, People);
        var added = _catalogue.Add(set, Threshold);
        var (face, cluster, other) = (added[0].Face, added[0].Cluster!.Value, added[1].Cluster!.Value);
        Action[] commands =
        [
            () => _catalogue.Add(CatalogueFixture.Faces(2, [.. People, 60])),
            () => _catalogue.Add(CatalogueFixture.Faces(1, People, "/moved")),
            () => _catalogue.Add(CatalogueFixture.Set(CatalogueFixture.Faces(3, People).Features,
                [.. set.Properties[0].Values.Cast<string>()])),
            () => _catalogue.Name(cluster, "Ann"),
            () => _catalogue.Merge(false, cluster, other),
            () => _catalogue.Say(face, new FaceVerdict.NotInCluster(cluster)),
            () => _catalogue.Say(face, new FaceVerdict.InCluster(other)),
            () => _catalogue.Say(face, new FaceVerdict.Ignored()),
            () => CatalogueEdits.Split(_catalogue.Path, cluster, [face], 0, CatalogueFixture.Wait, WorkContext.Default),
            () => CatalogueEdits.RemoveFaces(_catalogue.Path, [face], CatalogueFixture.Wait, WorkContext.Default),
        ];
        foreach (var command in commands)
        {
            var before = _catalogue.Dump();
            command();
            Assert.NotEqual(before, _catalogue.Dump());
            _catalogue.Undo();
            Assert.Equal(before, _catalogue.Dump());
            Assert.Equal("CatalogueNothingToUndo", Assert.Throws<InputException>(_catalogue.Undo).ErrorId);
        }
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

    // Real faces: half of LFW first, a tenth of the rest a day.
    [Fact]
    public void Real_faces_that_come_by_and_by_are_clustered_nearly_as_well_as_at_once()
    {
        var (features, identities) = (LfwFaces.Features(), LfwFaces.Identities());
        var order = Enumerable.Range(0, features.Count).ToArray();
        new SeededRandom(4).Shuffle<int>(order);
        order = order[..4000];
        var all = CatalogueFixture.Set(features.Gather(order), [.. order.Select(i => $"/lfw/{i}.jpg")]);
        _catalogue.Add(CatalogueFixture.Part(all, [.. Enumerable.Range(0, 2000)]));
        for (var day = 0; day < 10; day++) _catalogue.Add(CatalogueFixture.Part(all,
            [.. Enumerable.Range(2000 + (200 * day), 200)]));
        _catalogue.Update();
        var clusters = _catalogue.ByPhotograph();
        int[] labels = [.. order.Select(i => (int)clusters[$"/lfw/{i}.jpg"]!.Value)];
        var truth = IdentityLabels.From([.. order.Select(i => identities[i])]);
        var byAndBy = ClusteringScore.Measure(labels, truth).BCubedF;
        var atOnce = ClusteringScore.Measure(
            FaceClusterer.Cluster(all.Features, new FaceClusteringOptions { Statistics = false },
                WorkContext.Default).Labels, truth).BCubedF;
        Assert.InRange(byAndBy, atOnce - 0.02, 1);
        _catalogue.RequireWhole(128);
    }

    private long? ClusterOf(long face) => _catalogue.All().First(one => one.Face == face).Cluster;

    private static void AssertSamePartition(IEnumerable<long> expected, IEnumerable<long> actual)
    {
        var pairs = expected.Zip(actual).Distinct().ToList();
        Assert.Equal(pairs.Count, pairs.Select(pair => pair.First).Distinct().Count());
        Assert.Equal(pairs.Count, pairs.Select(pair => pair.Second).Distinct().Count());
    }
}
