using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The distances of all pairs among the faces of some subjects, as shares of the bins of
/// <see cref="DistanceHistogram"/>.
/// </summary>
/// <param name="Subjects">The subjects.</param>
/// <param name="Faces">Their faces.</param>
/// <param name="MatchedPairs">Pairs within a subject.</param>
/// <param name="MismatchedPairs">Pairs across subjects.</param>
/// <param name="Matched">The mean over subjects of the shares of each subject's own pairs.</param>
/// <param name="Mismatched">The shares of the pairs across subjects.</param>
internal sealed record PairSample(
    int Subjects, int Faces, long MatchedPairs, long MismatchedPairs, double[] Matched, double[] Mismatched)
{
    private const string Activity = "Distances of pairs";

    /// <summary>Draws the subjects and measures their pairs.</summary>
    public static PairSample Draw(
        FeatureMatrix unit, ReadOnlySpan<int> identities, PairDistributionOptions options, WorkContext context)
    {
        if (identities.Length != unit.Count)
        {
            throw new InputException(
                "IdentityCountMismatch", FaultKind.InvalidData,
                $"There are {unit.Count} faces and {identities.Length} identities.");
        }

        var members = Choose(identities, options);
        var chosen = Gather(unit, members);
        var (matched, matchedPairs) = WithinSubjects(chosen, members, context);
        var (mismatched, mismatchedPairs) = AcrossSubjects(chosen, members, context);
        return new PairSample(members.Length, chosen.Count, matchedPairs, mismatchedPairs, matched, mismatched);
    }

    private static int[][] Choose(ReadOnlySpan<int> identities, PairDistributionOptions options)
    {
        var faces = new SortedDictionary<int, List<int>>();
        for (var i = 0; i < identities.Length; i++)
        {
            if (identities[i] == IdentityLabels.Unknown) continue;
            if (!faces.TryGetValue(identities[i], out var own)) faces.Add(identities[i], own = []);
            own.Add(i);
        }

        var subjects = faces.Values.Where(own => own.Count > 1).Select(own => own.ToArray()).ToArray();
        if (subjects.Length < 2)
        {
            throw new InputException(
                "PairsMissing", FaultKind.InvalidData,
                FormattableString.Invariant(
                    $"Of {faces.Count} identities {subjects.Length} have two faces or more; two such are needed."));
        }

        if (options.Subjects is not { } wanted || wanted >= subjects.Length) return subjects;
        new SeededRandom(options.Seed).Shuffle<int[]>(subjects);
        return subjects[..wanted];
    }

    // The rows of one subject after those of the other.
    private static FeatureMatrix Gather(FeatureMatrix unit, int[][] members) =>
        unit.Gather([.. members.SelectMany(own => own)]);

    private static (double[] Shares, long Pairs) WithinSubjects(
        FeatureMatrix chosen, int[][] members, WorkContext context)
    {
        var shares = new double[DistanceHistogram.Bins];
        var total = 0L;
        var first = 0;
        foreach (var own in members)
        {
            var pairs = own.Length * (own.Length - 1L) / 2;
            var weight = 1.0 / (pairs * members.Length);
            for (var i = first; i < first + own.Length; i++)
            {
                context.ThrowIfCancelled();
                for (var j = first; j < i; j++)
                {
                    shares[DistanceHistogram.BinOf(TensorPrimitives.Dot(chosen.Row(i), chosen.Row(j)))] += weight;
                }
            }

            total += pairs;
            first += own.Length;
        }

        return (shares, total);
    }

    private static (double[] Shares, long Pairs) AcrossSubjects(
        FeatureMatrix chosen, int[][] members, WorkContext context)
    {
        // Where the next subject begins, for each row.
        var next = new int[chosen.Count];
        var end = 0;
        foreach (var own in members)
        {
            Array.Fill(next, end + own.Length, end, own.Length);
            end += own.Length;
        }

        using var counts = new ThreadLocal<long[]>(() => new long[DistanceHistogram.Bins], trackAllValues: true);
        BlockProduct.ForEachRow(chosen, chosen, Activity, context, (row, similarities) =>
        {
            var own = counts.Value!;
            foreach (var similarity in similarities[next[row]..]) own[DistanceHistogram.BinOf(similarity)]++;
        });

        var shares = new double[DistanceHistogram.Bins];
        foreach (var own in counts.Values)
        {
            for (var bin = 0; bin < shares.Length; bin++) shares[bin] += own[bin];
        }

        var total = shares.Sum();
        for (var bin = 0; bin < shares.Length; bin++) shares[bin] /= total;
        return (shares, (long)total);
    }
}
