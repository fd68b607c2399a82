using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Chooses the threshold by which a catalogue assigns faces.</summary>
internal static class CatalogueCut
{
    // The tree of more takes minutes, and is not made for a threshold alone.
    private const int MostFacesOfCut = 20_000;

    /// <summary>The settings with the threshold that the options ask for, where they ask for one.</summary>
    /// <param name="file">The catalogue.</param>
    /// <param name="settings">Its settings so far.</param>
    /// <param name="added">The faces that come.</param>
    /// <param name="fresh">Those of them that want a cluster.</param>
    /// <param name="isEmpty">Whether the catalogue has no cluster yet.</param>
    /// <param name="options">How they are added.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <returns>The settings, and the labels of the first faces where they were clustered for it.</returns>
    /// <exception cref="InputException"><c>ThresholdMissing</c>.</exception>
    public static (CatalogueSettings Settings, int[]? Labels) Choose(
        CatalogueFile file, CatalogueSettings settings, AddedFaces added, List<int> fresh, bool isEmpty,
        CatalogueOptions options, WorkContext context)
    {
        var faces = file.Number("SELECT count(*) FROM face");
        var all = faces + added.Placed.Count(placed => placed is { CopyOf: < 0, Known: null });
        if (!settings.WantsCut(options, all) || all == 0) return (settings, null);
        var clustering = options.Clustering with { Statistics = false };
        if (clustering is { Method: ClusteringMethod.Ahc, Cut: CutRule.Threshold given } && !isEmpty)
        {
            return (settings.With(new CutAnswer("threshold", given.Distance, null, null), all), null);
        }

        if (!isEmpty && all > MostFacesOfCut)
        {
            throw new InputException(
                "ThresholdMissing", FaultKind.InvalidArgument,
                $"{all} faces are too many to read the threshold off them that later ones are assigned by: give -Threshold.");
        }

        var unit = isEmpty ? added.Gather(fresh) : Everything(file, settings, added, context);
        if (unit.Count == 0) return (settings, null);
        var onCosines = clustering.Method == ClusteringMethod.Ahc ? clustering : clustering with
        {
            Method = ClusteringMethod.Ahc,
            Cut = clustering.Cut is CutRule.Likelihood likelihood ? likelihood : new CutRule.Likelihood(),
        };
        var cut = FaceClusterer.Cluster(unit, onCosines, context);
        var chosen = settings.With(cut.Cut!, all);
        if (!isEmpty) return (chosen, null);
        return (chosen, clustering.Method == ClusteringMethod.Ahc
            ? cut.Labels : FaceClusterer.Cluster(unit, clustering, context).Labels);
    }

    private static FeatureMatrix Everything(
        CatalogueFile file, CatalogueSettings settings, AddedFaces added, WorkContext context)
    {
        var ids = file.Rows("SELECT id FROM face WHERE cluster IS NOT NULL ORDER BY hash", row => row.GetInt64(0));
        var there = CatalogueQueries.Features(file, ids, settings.Dimension, context);
        var coming = added.Gather(
            [.. Enumerable.Range(0, added.Faces.Length).Where(i => added.Placed[i] is { CopyOf: < 0, Known: null })]);
        return new FeatureMatrix([.. there.Values, .. coming.Values], there.Count + coming.Count, settings.Dimension);
    }
}
