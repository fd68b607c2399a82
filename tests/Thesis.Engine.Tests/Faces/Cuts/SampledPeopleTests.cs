using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Cuts;

public sealed class SampledPeopleTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    // The people of LFW who have most faces: PAHC with K' below the faces of a person parts them, and ARO's ranks do. D of
    // what these trees keep apart is one person's, and nothing was merged.
    [Theory]
    [InlineData(ClusteringMethod.Pahc, 4)]
    [InlineData(ClusteringMethod.Pahc, 10)]
    [InlineData(ClusteringMethod.Aro, 60)]
    public void Few_people_of_many_faces_are_found_in_other_trees(ClusteringMethod method, int people)
    {
        var (unit, identities) = LargestOfLfw(people);
        var options = new FaceClusteringOptions
        {
            Method = method, Statistics = false,
            ProximityAware = new ProximityAwareOptions { Neighbours = 1, NegativesFrom = 200, Negatives = 100 },
        };
        var result = FaceClusterer.Cluster(unit, options, Context);
        var best = OracleSweep.Run(result.Tree!, identities, Context).Best.F;
        Assert.InRange(ClusteringScore.Measure(result.Labels, identities).BCubedF, best - 0.06, best + 1e-9);
    }

    // Ten people of forty faces, N(0, I / 100) and as much noise again: strangers' cosines are N(0, 1 / 100), which no tree
    // changes, and pairs of one person would give a D of ten.
    [Fact]
    public void Strangers_scatter_as_they_were_drawn()
    {
        const int people = 10, faces = 40, dimension = 100;
        var random = new SeededRandom(31L);
        var centres = Enumerable.Range(0, people * dimension).Select(_ => random.NextGaussian()).ToArray();
        var values = new float[people * faces * dimension];
        for (var i = 0; i < values.Length; i++)
        {
            var person = i / dimension % people;
            values[i] = (float)(centres[(person * dimension) + (i % dimension)] + random.NextGaussian());
        }

        var unit = new FeatureMatrix(values, people * faces, dimension).Normalize();
        var tree = BilinearLinkage.Build(new BilinearSimilarity(unit, Paired: false), new BilinearLinkageOptions(), Context);
        var units = new MergedFaces(unit, tree, onCosines: false).After(0);
        var strangers = new StrangerSpread(units, onePerson: null, known: null, Context);
        Assert.InRange(strangers.Dimension, 0, 40);
        Assert.InRange(SampledPeople.Dimension(units, strangers, Context), 60, 160);
    }

    private static (FeatureMatrix Unit, int[] Identities) LargestOfLfw(int people)
    {
        var (features, names) = (LfwFaces.Features(), LfwFaces.Identities());
        var chosen = names.GroupBy(name => name).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal).Take(people).Select(group => group.Key).ToHashSet();
        int[] rows = [.. Enumerable.Range(0, names.Length).Where(i => chosen.Contains(names[i]))];
        return (features.Gather(rows), IdentityLabels.From([.. rows.Select(i => names[i])]));
    }
}
