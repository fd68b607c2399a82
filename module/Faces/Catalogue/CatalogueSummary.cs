using System.Globalization;
using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>What a catalogue is, and whether it is whole.</summary>
/// <param name="Model">The name of its features' model; null where none was given.</param>
/// <param name="Dimension">The length of a feature; 0 before the first face.</param>
/// <param name="Threshold">The largest linkage distance of one person's faces; null where nothing tells yet.</param>
/// <param name="Rule">How the threshold was chosen; null where it was not.</param>
/// <param name="Faces">The faces, the ignored ones included.</param>
/// <param name="IgnoredFaces">The faces without a cluster.</param>
/// <param name="Clusters">The clusters that have faces.</param>
/// <param name="NamedClusters">The clusters with a name.</param>
/// <param name="AloneFaces">The clusters of one face.</param>
/// <param name="LastCommand">The last command that changed it; null where none did.</param>
/// <param name="LastChange">When; null where none did.</param>
/// <param name="Faults">What is wrong with it; null where that was not looked for.</param>
public sealed record CatalogueSummary(
    string? Model, int Dimension, double? Threshold, string? Rule, long Faces, long IgnoredFaces, long Clusters,
        long NamedClusters,
    long AloneFaces, string? LastCommand, DateTimeOffset? LastChange, IReadOnlyList<string>? Faults)
{
    private const int MostFaults = 20;

    // Of the sum of n unit features, each rounded to float32 at every step.
    private const double SumTolerance = 1e-5;

    /// <summary>Reads it.</summary>
    /// <param name="path">The catalogue.</param>
    /// <param name="check">
    /// Whether all of the file is read: SQLite's own check, and that counts and sums of the clusters are those of their
    /// faces.
    /// </param>
    /// <param name="wait">How long is waited for another command.</param>
    /// <param name="context">Cancellation, progress.</param>
    /// <exception cref="InputException">What <see cref="CatalogueFile.Open"/> throws.</exception>
    public static CatalogueSummary Read(string path, bool check, TimeSpan wait, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var file = CatalogueFile.Open(path, CatalogueUse.Read, wait, context.Cancellation);
        return file.Guard(() =>
        {
            var settings = CatalogueSettings.Read(file);
            var last = file.Rows("SELECT name, time FROM command WHERE undone = 0 ORDER BY id DESC LIMIT 1", row =>
                (Name: row.GetString(0), Time: row.GetString(1)));
            return new CatalogueSummary(
                settings.Model, settings.Dimension, settings.Threshold, settings.Rule,
                file.Number("SELECT count(*) FROM face"), file.Number("SELECT count(*) FROM face WHERE cluster IS NULL"),
                file.Number("SELECT count(*) FROM cluster WHERE faces > 0"),
                file.Number("SELECT count(*) FROM cluster WHERE name IS NOT NULL AND merged IS NULL"),
                file.Number("SELECT count(*) FROM cluster WHERE faces = 1"),
                last.Count == 0 ? null : last[0].Name,
                last.Count > 0 && DateTimeOffset.TryParse(last[0].Time, CultureInfo.InvariantCulture, out var time) ? time
                    : null,
                check ? Check(file, settings, context) : null);
        });
    }

    private static List<string> Check(CatalogueFile file, CatalogueSettings settings, WorkContext context)
    {
        var faults = file.Rows($"PRAGMA integrity_check({MostFaults})", row => row.GetString(0));
        faults.Remove("ok");
        if (faults.Count > 0 || settings.Dimension == 0) return faults;
        Expect("faces have no feature", "SELECT count(*) FROM face WHERE id NOT IN (SELECT face FROM feature)");
        Expect("features are of no face", "SELECT count(*) FROM feature WHERE face NOT IN (SELECT id FROM face)");
        Expect("faces are in clusters that are not there or were merged",
            "SELECT count(*) FROM face f LEFT JOIN cluster c ON c.id = f.cluster WHERE f.cluster IS NOT NULL AND (c.id IS NULL OR c.merged IS NOT NULL)");
        Expect("clusters have another number of faces than they say",
            "SELECT count(*) FROM cluster c WHERE c.faces <> (SELECT count(*) FROM face f WHERE f.cluster = c.id)");
        Expect("clusters with faces have no sum",
            "SELECT count(*) FROM cluster WHERE faces > 0 AND id NOT IN (SELECT cluster FROM cluster_sum)");
        if (faults.Count > 0) return faults;
        var wrong = WrongSums(file, settings.Dimension, context);
        if (wrong > 0) faults.Add($"{wrong} clusters have another sum than their faces");
        return faults;

        void Expect(string fault, string sql)
        {
            context.ThrowIfCancelled();
            if (file.Number(sql) is > 0 and var count) faults.Add($"{count} {fault}");
        }
    }

    private static int WrongSums(CatalogueFile file, int dimension, WorkContext context)
    {
        var sums = ClusterSums.Read(file, dimension);
        var found = new float[sums.Sums.Values.Length];
        var feature = new float[dimension];
        using var reader = file.Statement(
            "SELECT f.cluster, v.value FROM feature v JOIN face f ON f.id = v.face WHERE f.cluster IS NOT NULL").ExecuteReader();
        for (var done = 0; reader.Read(); done++)
        {
            if ((done & 0xFFF) == 0) context.ThrowIfCancelled();
            file.Floats(reader, 1, feature);
            var sum = found.AsSpan(sums.PlaceOf(reader.GetInt64(0)) * dimension, dimension);
            TensorPrimitives.Add(sum, feature, sum);
        }

        var wrong = 0;
        for (var place = 0; place < sums.Count; place++)
        {
            var distance = TensorPrimitives.Distance(sums.Sums.Row(place), found.AsSpan(place * dimension, dimension));
            if (!(distance <= SumTolerance * sums.Faces[place])) wrong++;
        }

        return wrong;
    }
}
