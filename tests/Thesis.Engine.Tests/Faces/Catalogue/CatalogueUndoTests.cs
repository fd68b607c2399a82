using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Every command keeps its promises and is taken back whole.</summary>
public sealed class CatalogueUndoTests : IDisposable
{
    private const double Threshold = 0.45;

    private static readonly int[] People = [.. Enumerable.Range(0, 120).Select(i => i % 20)];

    private readonly CatalogueFixture _catalogue = new();

    public void Dispose() => _catalogue.Dispose();

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
}
