using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Speed;

/// <summary>
/// A day's new faces into a catalogue of generated ones: the seconds of each day, the bytes of the file, and the peak
/// resident memory. The catalogue is made by <c>--make</c> and kept, so that a day's figures are those of a process of
/// its own.
/// </summary>
internal static class CatalogueScale
{
    private const int FacesOfPerson = 20;
    private const double Threshold = 0.5;

    // A tenth of the faces are of people who were seen once; of a day's, so are a tenth new.
    private const int OneInSeenOnce = 10;

    // What two faces of a person share of their squared length: a mean cosine of .65.
    private const double Shared = 0.65;

    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (ScaleRun.Parse(arguments) is not { } run || run["--catalogue"] is not { } path)
        {
            return ScaleRun.Usage("catalogue-scale --catalogue FILE [--make FACES] [--dimension D] [--days N] [--faces M] [--parts true] [--threads T]");
        }

        var dimension = Number(run, "--dimension", 256);
        if (run["--make"] is not null) Make(path, Number(run, "--make", 0), dimension, run.Context());
        var total = CatalogueSummary.Read(path, check: false, TimeSpan.FromSeconds(30), run.Context());
        ScaleRun.Print($"{total.Faces} faces x {total.Dimension} in {total.Clusters} clusters, {new FileInfo(path).Length / 1e6:F1} MB on disk, {run.Context().Threads} threads");
        if (run["--parts"] is not null) Parts(path, dimension, total.Faces, Number(run, "--faces", 1000), run.Context());
        for (var day = 0; day < Number(run, "--days", 0); day++)
        {
            var set = Faces(Number(run, "--faces", 1000), dimension, total.Faces, (total.Faces * 31) + day);
            IReadOnlyList<AddedFaceResult> added = [];
            var seconds = ScaleRun.Seconds(() =>
                added = CatalogueAddition.Add(path, [set], new CatalogueOptions(), run.Context() with { Verbose = null }));
            ScaleRun.Print(
                $"day {day + 1}: {added.Count} faces, {Assigned(added)} assigned, {Right(set, added)} of them to their people, {seconds.Wall:F2} s, {seconds.Processor:F2} CPU-s");
        }

        ScaleRun.Print($"peak of the process: {ScaleRun.PeakMegabytes():F0} MB");
        return 0;
    }

    // What a day's time is made of: reading the sums, and the product.
    private static void Parts(string path, int dimension, long faces, int count, WorkContext context)
    {
        using var file = CatalogueFile.Open(path, CatalogueUse.Read, TimeSpan.FromSeconds(30), default);
        ClusterSums? sums = null;
        var reading = ScaleRun.Seconds(() => sums = ClusterSums.Read(file, dimension));
        var unit = Faces(count, dimension, faces, 1).Features.Normalize();
        var product = ScaleRun.Seconds(() =>
            FaceAssignment.Assign(unit, sums!, Threshold, new ApartRules(unit.Count), context));
        ScaleRun.Print($"reading the sums {reading.Wall:F2} s, {reading.Processor:F2} CPU-s; assigning {product.Wall:F2} s, {product.Processor:F2} CPU-s");
    }

    private static int Number(ScaleRun run, string name, int otherwise) =>
        run[name] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static void Make(string path, int count, int dimension, WorkContext context)
    {
        const int chunk = 100_000;
        var options = new CatalogueOptions
        {
            NameByIdentity = true,
            Clustering = new FaceClusteringOptions { Cut = new CutRule.Threshold(Threshold) },
        };
        var seconds = ScaleRun.Seconds(() =>
        {
            for (var first = 0; first < count; first += chunk)
            {
                var faces = Math.Min(chunk, count - first);
                int[] people = [.. Enumerable.Range(first, faces).Select(face => PersonOf(face))];
                CatalogueAddition.Add(path, [Set(people, dimension, first)], options, context with { Verbose = null });
            }
        });
        ScaleRun.Print($"made in {seconds.Wall:F1} s, {seconds.Processor:F1} CPU-s, by names");
    }

    // The people of the faces one after the other, and from face to face one who is seen once.
    private static int PersonOf(long face) => (int)(face % OneInSeenOnce == 0 ? -1 - face : face / FacesOfPerson);

    private static FeatureSet Faces(int count, int dimension, long faces, long seed)
    {
        var random = new SeededRandom(seed);
        int[] people = [.. Enumerable.Range(0, count).Select(i =>
            i % OneInSeenOnce == 0 ? int.MaxValue - random.NextInt32(int.MaxValue / 2)
                : PersonOf((1 + (OneInSeenOnce * (long)random.NextInt32((int)(faces / OneInSeenOnce))))))];
        return Set(people, dimension, seed) with { Identities = [.. people.Select(Name)] };
    }

    private static FeatureSet Set(int[] people, int dimension, long seed)
    {
        var values = new float[(long)people.Length * dimension];
        Parallel.For(0, people.Length, i =>
        {
            var (centre, own) = (new SeededRandom(7_000_000_000L + people[i]), new SeededRandom(seed + 1).Fork(i));
            for (var k = 0; k < dimension; k++)
            {
                values[(i * dimension) + k] = (float)((Math.Sqrt(Shared) * centre.NextGaussian()) + (Math.Sqrt(1 - Shared) * own.NextGaussian()));
            }
        });
        return new FeatureSet(new FeatureMatrix(values, people.Length, dimension), null, [.. people.Select(Name)],
            "generated");
    }

    private static int Assigned(IReadOnlyList<AddedFaceResult> added) =>
        added.Count(face => face.Outcome == AddedFaceOutcome.Assigned);

    private static int Right(FeatureSet set, IReadOnlyList<AddedFaceResult> added) =>
        added.Count(face => face.Outcome == AddedFaceOutcome.Assigned && face.Name == set.Identities![face.Index]);

    private static string Name(int person) => string.Create(CultureInfo.InvariantCulture, $"p{person}");
}
