using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Data;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>A catalogue in a folder of its own, faces of generated people, and what is true of every catalogue.</summary>
internal sealed class CatalogueFixture : IDisposable
{
    public const int Dimension = 32;

    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    public TestFolder Folder { get; } = new();

    public string Path => Folder["faces.db"];

    public void Dispose() => Folder.Dispose();

    /// <summary>Faces of people: person p of photograph k in the folder; every face of its own photograph.</summary>
    public static FeatureSet Faces(long seed, IReadOnlyList<int> people, string folder = "/photos", double spread = 0.35)
    {
        var random = new SeededRandom(seed);
        var values = new float[people.Count * Dimension];
        for (var i = 0; i < people.Count; i++)
        {
            var centre = new SeededRandom(1000 + people[i]);
            for (var k = 0; k < Dimension; k++)
            {
                values[(i * Dimension) + k] = (float)(centre.NextGaussian() + (spread * random.NextGaussian()));
            }
        }

        return Set(new FeatureMatrix(values, people.Count, Dimension),
            [.. people.Select((_, i) => $"{folder}/{seed}-{i}.jpg")]);
    }

    /// <summary>A set of features, each of a photograph.</summary>
    public static FeatureSet Set(FeatureMatrix features, string[] photographs, int firstNumber = 0) => new(
        features, [.. photographs.Select((photograph, i) => $"{photograph}#{firstNumber + i}")], null, "test")
    {
        Properties = [new FaceProperty("Path", photographs)],
    };

    /// <summary>The faces of a set in another order.</summary>
    public static FeatureSet Shuffled(FeatureSet set, long seed)
    {
        var order = Enumerable.Range(0, set.Features.Count).ToArray();
        new SeededRandom(seed).Shuffle<int>(order);
        return Part(set, order);
    }

    public static FeatureSet Part(FeatureSet set, int[] order) => set with
    {
        Features = set.Features.Gather(order),
        Ids = set.Ids is { } ids ? Array.ConvertAll(order, i => ids[i]) : null,
        Identities = set.Identities is { } identities ? Array.ConvertAll(order, i => identities[i]) : null,
        SourceRows = order.Length,
        Properties = [.. set.Properties.Select(property =>
            property with { Values = Array.ConvertAll(order, i => property.Values[i]) })],
    };

    public IReadOnlyList<AddedFaceResult> Add(FeatureSet set, double? threshold = null, CatalogueOptions? options = null)
    {
        options ??= new CatalogueOptions();
        if (threshold is { } distance)
        {
            options = options with { Clustering = options.Clustering with { Cut = new CutRule.Threshold(distance) } };
        }

        return CatalogueAddition.Add(Path, [set], options with { Wait = Wait }, WorkContext.Default);
    }

    public IReadOnlyList<CatalogueFace> All() => CatalogueQueries.Faces(Path, null, Wait, WorkContext.Default);

    public IReadOnlyList<CatalogueCluster> Clusters() =>
        CatalogueQueries.Clusters(Path, nearest: false, Wait, WorkContext.Default);

    public void Say(long face, FaceVerdict verdict) =>
        CatalogueEdits.SetFaces(Path, [face], verdict, Wait, WorkContext.Default);

    public long Merge(bool force, params long[] clusters) =>
        CatalogueEdits.Merge(Path, clusters, null, force, Wait, WorkContext.Default);

    public void Name(long cluster, string name) =>
        CatalogueEdits.SetClusters(Path, [cluster], name, null, Wait, WorkContext.Default);

    public IReadOnlyList<(long Face, long Cluster)> Update() =>
        CatalogueReclustering.Update(Path, new CatalogueOptions { Wait = Wait }, renewCut: false, WorkContext.Default);

    public void Undo() => CatalogueEdits.Undo(Path, apply: true, Wait, WorkContext.Default);

    /// <summary>The cluster of each photograph's face.</summary>
    public Dictionary<string, long?> ByPhotograph() => All().ToDictionary(face => face.Photograph!, face => face.Cluster);

    /// <summary>All that a catalogue says, but for its history.</summary>
    public string Dump()
    {
        var text = new StringBuilder();
        using var connection = new SqliteConnection($"Data Source={Path};Mode=ReadOnly;Pooling=false");
        connection.Open();
        foreach (var table in (string[])["setting", "cluster", "cluster_sum", "face", "feature", "apart"])
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM {table} ORDER BY 1, 2" + (table == "apart" ? ", 3" : "");
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                for (var k = 0; k < reader.FieldCount; k++)
                {
                    var value = reader.GetValue(k);
                    text.Append(value is byte[] bytes ? Convert.ToHexString(bytes)
                        : Convert.ToString(value, CultureInfo.InvariantCulture)).Append('|');
                }

                text.Append(table).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>Runs a statement on the file as another program would.</summary>
    public object? Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>SQLite finds no fault, and counts and sums are those of the faces.</summary>
    public void RequireWhole(int dimension = Dimension)
    {
        Assert.Equal("ok", Sql("PRAGMA integrity_check"));
        using var file = CatalogueFile.Open(Path, CatalogueUse.Read, Wait, default);
        var sums = ClusterSums.Read(file, dimension);
        var faces = file.Rows("SELECT id, cluster FROM face WHERE cluster IS NOT NULL", row =>
            (Face: row.GetInt64(0), Cluster: row.GetInt64(1)));
        Assert.Equal(file.Number("SELECT count(*) FROM face"), file.Number("SELECT count(*) FROM feature"));
        var groups = faces.GroupBy(face => face.Cluster).ToDictionary(group => group.Key, group => group.ToList());
        Assert.Equal(groups.Keys.Order(), sums.Ids);
        for (var place = 0; place < sums.Count; place++)
        {
            var members = groups[sums.Ids[place]];
            Assert.Equal(members.Count, sums.Faces[place]);
            var sum = new double[dimension];
            foreach (var (face, _) in members)
            {
                var feature = CatalogueQueries.Feature(file, face, dimension);
                for (var k = 0; k < dimension; k++) sum[k] += feature[k];
            }

            for (var k = 0; k < dimension; k++) Assert.Equal(sum[k], sums.Sums.Row(place)[k], 1e-4 * members.Count);
        }
    }

    /// <summary>The cluster of a face.</summary>
    public long? ClusterOf(long face) => All().First(one => one.Face == face).Cluster;

    /// <summary>Fails unless two labellings part the faces alike.</summary>
    public static void AssertSamePartition(IEnumerable<long> expected, IEnumerable<long> actual)
    {
        var pairs = expected.Zip(actual).Distinct().ToList();
        Assert.Equal(pairs.Count, pairs.Select(pair => pair.First).Distinct().Count());
        Assert.Equal(pairs.Count, pairs.Select(pair => pair.Second).Distinct().Count());
    }
}
