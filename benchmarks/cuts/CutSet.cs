using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cuts;

/// <summary>A set of faces whose people are known, to measure a cut on.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Family">lfw, stills, video or made.</param>
/// <param name="Make">Unit features and one number a face for its person.</param>
/// <param name="Calibration">What is known of the features from faces of others, where there are such.</param>
internal sealed record CutSet(
    string Name, string Family, Func<(FeatureMatrix Unit, int[] Identities)> Make, Lazy<FaceCalibration>? Calibration = null)
{
    /// <summary>
    /// All sets: parts of LFW, with the calibration that the module brings and was made of LFW; the same parts of each half
    /// of LFW's people, with a calibration of the other half; generated ones.
    /// </summary>
    public static IEnumerable<CutSet> All(string lfw, string calibration, int[] seeds, int[] sizes)
    {
        var known = new Lazy<FaceCalibration>(() => FaceCalibrationFile.Find(calibration, path => path));
        foreach (var set in Lfw(lfw, seeds)) yield return set with { Calibration = known };
        foreach (var half in new[] { 0, 1 })
        {
            var other = new Lazy<FaceCalibration>(() => OfHalf(lfw, 1 - half));
            foreach (var set in Lfw(lfw, seeds, half)) yield return set with { Family = "lfw half", Calibration = other };
        }

        foreach (var set in Made(seeds).Concat(Generated(sizes, seeds))) yield return set;
    }

    private static FaceCalibration OfHalf(string lfw, int half)
    {
        var (unit, identities) = ReadLfw(lfw, half);
        var pairs = PairDistribution.Measure(
            unit, identities, new PairDistributionOptions { Subjects = null }, WorkContext.Default);
        return FaceCalibration.From(pairs, "half", unit.Dimension);
    }

    /// <summary>Parts of LFW: the whole, by the faces a person has, by the number of people, and at random.</summary>
    public static IEnumerable<CutSet> Lfw(string folder, int[] seeds, int half = -1)
    {
        var all = new Lazy<(FeatureMatrix Unit, int[] Identities)>(() => ReadLfw(folder, half));
        var tag = half < 0 ? "" : $"-half{half}";
        yield return Part("lfw" + tag, _ => true);
        yield return Part($"lfw{tag}-2", size => size >= 2);
        yield return Part($"lfw{tag}-5", size => size >= 5);
        yield return Part($"lfw{tag}-singles", size => size == 1);
        foreach (var people in new[] { 1, 2, 4, 10, 60 }) yield return Largest(people);
        foreach (var count in new[] { 30, 100, 200, 1000 })
        {
            foreach (var seed in seeds) yield return Drawn(count, seed);
        }

        foreach (var people in new[] { 1, 2, 4, 10, 60 })
        {
            foreach (var seed in seeds) yield return DrawnPeople(people, seed);
        }

        CutSet Part(string name, Func<int, bool> wanted) => new(name, "lfw", () =>
        {
            var sizes = Sizes(all.Value.Identities);
            return Take([.. Rows().Where(i => wanted(sizes[all.Value.Identities[i]]))]);
        });

        CutSet Largest(int people) => new($"lfw{tag}-people-{people}", "lfw", () =>
        {
            var chosen = Sizes(all.Value.Identities).OrderByDescending(s => s.Value).ThenBy(s => s.Key).Take(people)
                .Select(s => s.Key).ToHashSet();
            return Take([.. Rows().Where(i => chosen.Contains(all.Value.Identities[i]))]);
        });

        CutSet Drawn(int count, int seed) => new($"lfw{tag}-random-{count}-{seed}", "lfw", () =>
        {
            var rows = Rows().ToArray();
            new SeededRandom((long)seed).Shuffle<int>(rows);
            return Take([.. rows.Take(count).Order()]);
        });

        CutSet DrawnPeople(int people, int seed) => new($"lfw{tag}-drawn-people-{people}-{seed}", "lfw", () =>
        {
            var several = Sizes(all.Value.Identities).Where(s => s.Value >= 10).Select(s => s.Key).Order().ToArray();
            new SeededRandom((long)seed).Shuffle<int>(several);
            var chosen = several.Take(people).ToHashSet();
            return Take([.. Rows().Where(i => chosen.Contains(all.Value.Identities[i]))]);
        });

        IEnumerable<int> Rows() => Enumerable.Range(0, all.Value.Identities.Length);
        (FeatureMatrix, int[]) Take(int[] rows) => (all.Value.Unit.Gather(rows), [.. rows.Select(i => all.Value.Identities[i])]);
    }

    /// <summary>Generated stills, in the shape of LFW, and video, in that of IJB-B.</summary>
    public static IEnumerable<CutSet> Generated(int[] sizes, int[] seeds)
    {
        foreach (var size in sizes)
        {
            foreach (var seed in seeds)
            {
                yield return Of($"stills-{size}-{seed}", "stills", Stills(size), seed);
                yield return Of($"video-{size}-{seed}", "video", Video(size), seed);
            }
        }
    }

    /// <summary>Sets made for one fault each: 40 people well apart in 16 dimensions, once and twice over.</summary>
    public static IEnumerable<CutSet> Made(int[] seeds)
    {
        foreach (var seed in seeds)
        {
            yield return new($"apart-{seed}", "made", () => Apart(seed));
            yield return new($"apart-doubled-{seed}", "made", () => Doubled(Apart(seed)));
        }
    }

    private static CutSet Of(string name, string family, SyntheticProtocol protocol, int seed) => new(name, family, () =>
    {
        var faces = SyntheticFaces.Generate(protocol, seed, WorkContext.Default);
        return (faces.Features, IdentityLabels.From(faces.Identities));
    });

    private static SyntheticProtocol Stills(int faces) => new("stills", faces, (int)Math.Round(faces * 5749 / 13233.0))
    {
        Singletons = (int)Math.Round(faces * 4069 / 13233.0), SizeDeviation = 1.3, Spread = 0.82, JunkShare = 0.01,
    };

    private static SyntheticProtocol Video(int faces) => new("video", faces, (int)Math.Round(faces / 37.0))
    {
        SizeDeviation = 0.95, Spread = 1.15, TrackLength = 4, JunkShare = 0.08,
    };

    private static (FeatureMatrix Unit, int[] Identities) Apart(int seed)
    {
        var random = new SeededRandom((long)seed);
        var values = new float[800 * 16];
        var centres = new double[40 * 16];
        for (var i = 0; i < centres.Length; i++) centres[i] = random.NextGaussian();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(centres[((i / 16 % 40) * 16) + (i % 16)] + (0.15 * random.NextGaussian()));
        }

        return (new FeatureMatrix(values, 800, 16).Normalize(), [.. Enumerable.Range(0, 800).Select(i => i % 40)]);
    }

    private static (FeatureMatrix Unit, int[] Identities) Doubled((FeatureMatrix Unit, int[] Identities) set) => (
        new FeatureMatrix([.. set.Unit.Values, .. set.Unit.Values], 2 * set.Unit.Count, set.Unit.Dimension),
        [.. set.Identities, .. set.Identities]);

    /// <summary>LFW, or the people of one half of it, every second one by the order of their names.</summary>
    public static (FeatureMatrix Unit, int[] Identities) ReadLfw(string folder, int half)
    {
        var unit = FeatureFile.Read(Path.Combine(folder, "features.npy"), FeatureFileOptions.Default, WorkContext.Default)
            .Features.Normalize();
        var names = File.ReadAllLines(Path.Combine(folder, "labels.txt"));
        var order = names.Distinct().Order(StringComparer.Ordinal).Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
        var rows = Enumerable.Range(0, names.Length).Where(i => half < 0 || order[names[i]] % 2 == half).ToArray();
        return (unit.Gather(rows), IdentityLabels.From([.. rows.Select(i => names[i])]));
    }

    private static Dictionary<int, int> Sizes(int[] identities) =>
        identities.GroupBy(i => i).ToDictionary(group => group.Key, group => group.Count());
}
