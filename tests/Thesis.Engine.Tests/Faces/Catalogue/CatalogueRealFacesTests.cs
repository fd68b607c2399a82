using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces;

/// <summary>Real faces, day by day.</summary>
public sealed class CatalogueRealFacesTests : IDisposable
{
    private readonly CatalogueFixture _catalogue = new();

    public void Dispose() => _catalogue.Dispose();

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
}
