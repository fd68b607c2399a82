using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The Proximity-Aware similarity of chapter 2: for each point an SVM (2.7) separates its nearest neighbours from
/// points far down its list, and
/// <c>s(i, j) = 1/2 [w_i.m_j + b_i + w_j.m_i + b_j]</c> (2.5), m being the mean of a point's positives.
/// Lin, Chen, Chellappa, "Proximity-aware hierarchical clustering of faces", FG 2017.
/// </summary>
public static class ProximityAwareSimilarity
{
    private const string Activity = "Proximity-Aware similarity";

    // Distances at which the dissertation's features tell mismatched from matched pairs (section 3.5.1), and the share
    // of points whose negatives may begin nearer than that before the user is told.
    private const double MatchedDistance = 0.40;
    private const double SuspectShare = 0.01;

    /// <summary>Learns the similarity.</summary>
    /// <param name="unit">Unit rows.</param>
    /// <param name="options">The sets and C.</param>
    /// <param name="context">Threads, cancellation, progress, and warnings as verbose text.</param>
    /// <returns>The bilinear form with 2 (D + 1) values a point, and the report; memory is linear in N.</returns>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>: K' is not larger than K.</exception>
    public static SimilarityModel Build(FeatureMatrix unit, ProximityAwareOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        if (options.ByDistance is { } distances) return ByDistance(unit, distances, options, context);
        var (positives, negativesFrom) = options.PlacesOf(unit.Count);
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture, $"Proximity: K = {positives}, K' = {negativesFrom} of {unit.Count} faces."));
        var excluded = negativesFrom - 1;
        var length = (int)Math.Min(int.MaxValue, excluded + (long)(options.Negatives ?? WorkingSetSvm.FirstNegatives));
        var lists = ExactNeighbours.Search(unit, length, context);
        var builder = new SimilarityBuilder(unit, Activity, context);
        if (options.Negatives is null) SolveAll(unit, lists, positives, excluded, options, builder, context);
        else SolveFew(unit, new ListedSamples(lists, positives, excluded), options.Cost, builder, context);
        return builder.Build(Warnings(unit, lists, negativesFrom));
    }

    private static SimilarityModel ByDistance(
        FeatureMatrix unit, ProximityDistances distances, ProximityAwareOptions options, WorkContext context)
    {
        var near = RadiusNeighbours.Search(unit, distances.PositiveDistance, context);
        var far = PointsBeyond.Search(
            unit, distances.NegativeDistance, distances.Negatives, distances.NegativeChoice, context);
        var builder = new SimilarityBuilder(unit, Activity, context);
        SolveFew(unit, new DistantSamples(near, far, distances), options.Cost, builder, context);
        return builder.Build([]);
    }

    private static void SolveAll(
        FeatureMatrix unit, NeighbourLists lists, int positives, int excluded, ProximityAwareOptions options,
        SimilarityBuilder builder, WorkContext context)
    {
        var packed = new PackedRows(unit.Dimension);
        packed.Pack(unit.Values, unit.Count);
        (positives, excluded) = (Math.Min(positives, lists.Length), Math.Min(excluded, lists.Length));
        var blocks = (unit.Count + WorkingSetSvm.BlockSize - 1) / WorkingSetSvm.BlockSize;
        Parallel.For(
            0, blocks, context.Parallel,
            () => new WorkingSetSvm(unit, packed),
            (block, _, solver) =>
            {
                var first = block * WorkingSetSvm.BlockSize;
                var count = Math.Min(WorkingSetSvm.BlockSize, unit.Count - first);
                var solutions = new WorkingSetSvm.Solution[count];
                solver.Clear();
                for (var i = 0; i < count; i++)
                {
                    var list = lists.Of(first + i);
                    solutions[i] = solver.Add(list[..positives], list[..excluded], list[excluded..], options.Cost);
                }

                solver.Solve(options.Tolerance, context);
                for (var i = 0; i < count; i++)
                {
                    var solution = solutions[i];
                    solution.Weights.CopyTo(builder.Weights(first + i));
                    builder.Finish(
                        first + i, solution.Bias, lists.Of(first + i)[..positives],
                        new SolverResult(solution.Exit, solution.Iterations, solution.Objective),
                        solution.Rounds, withoutNegatives: excluded == unit.Count);
                }

                return solver;
            },
            _ => { });
    }

    private static void SolveFew(
        FeatureMatrix unit, ISampleSets sets, double cost, SimilarityBuilder builder, WorkContext context) =>
        Parallel.For(
            0, unit.Count, context.Parallel,
            () => new Workspace(unit),
            (point, _, workspace) =>
            {
                workspace.Solve(point, sets, cost, builder, context.Cancellation);
                return workspace;
            },
            _ => { });

    private static List<string> Warnings(FeatureMatrix unit, NeighbourLists lists, int negativesFrom)
    {
        var warnings = new List<string>();
        if (negativesFrom > unit.Count) return warnings;
        var suspects = Enumerable.Range(0, unit.Count)
            .Count(i => 1 - lists.SimilaritiesOf(i)[negativesFrom - 1] < MatchedDistance);
        if (suspects > SuspectShare * unit.Count)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"K' = {negativesFrom} looks too small: {suspects} of {unit.Count} points have their first ")
                + string.Create(
                    CultureInfo.InvariantCulture,
                    $"negative nearer than cosine distance {MatchedDistance}. It must exceed the largest identity."));
        }

        return warnings;
    }

    private interface ISampleSets
    {
        /// <summary>Writes the positives, then the negatives of a point.</summary>
        /// <returns>How many are positive.</returns>
        int Collect(int point, List<int> members);
    }

    private sealed class ListedSamples(NeighbourLists lists, int most, int excluded) : ISampleSets
    {
        public int Collect(int point, List<int> members)
        {
            var list = lists.Of(point);
            var positives = Math.Min(most, list.Length);
            members.AddRange(list[..positives]);
            members.AddRange(list[Math.Min(excluded, list.Length)..]);
            return positives;
        }
    }

    private sealed class DistantSamples(
        NeighbourGraph near, NeighbourGraph far, ProximityDistances distances) : ISampleSets
    {
        public int Collect(int point, List<int> members)
        {
            var others = near.Of(point)[1..].ToArray();
            var positives = (int)Math.Ceiling(distances.PositiveShare * (others.Length + 1));
            positives = Math.Min(positives, distances.MostPositives);
            if (distances.PositiveChoice.Seed is { } seed) new SeededRandom(seed).Fork(point).Shuffle<int>(others);
            members.Add(point);
            members.AddRange(others.AsSpan(0, positives - 1));
            members.AddRange(far.Of(point));
            return positives;
        }
    }

    private sealed class Workspace(FeatureMatrix unit)
    {
        private readonly KernelRows _kernel = new(unit.Dimension);
        private readonly SquaredHingeSvm _solver = new();
        private readonly List<int> _members = [];
        private double[] _beta = [];

        public void Solve(
            int point, ISampleSets sets, double cost, SimilarityBuilder builder, CancellationToken cancellation)
        {
            _members.Clear();
            var positives = sets.Collect(point, _members);
            var members = CollectionsMarshal.AsSpan(_members);
            var negatives = members.Length - positives;
            _kernel.Load(unit, members, whole: true);
            KernelRows.Grow(ref _beta, members.Length);
            var beta = _beta.AsSpan(0, members.Length);
            beta.Clear();
            var result = _solver.Solve(
                _kernel, positives, cost * members.Length / positives,
                negatives == 0 ? 0 : cost * members.Length / negatives, beta, cancellation);
            _kernel.Combine(beta, 1, builder.Weights(point));
            builder.Finish(
                point, TensorPrimitives.Sum<double>(beta), members[..positives], result, 1,
                withoutNegatives: negatives == 0);
        }
    }
}
