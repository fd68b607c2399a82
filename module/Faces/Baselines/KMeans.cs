using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of <see cref="KMeans"/>.</summary>
public sealed record KMeansOptions
{
    /// <summary>The most iterations unless told: the dissertation's (section 2.5.3).</summary>
    public const int DefaultIterations = 100;

    /// <summary>The most iterations, 1 or more.</summary>
    /// <exception cref="InputException"><c>IterationCountInvalid</c>.</exception>
    public int MaximumIterations
    {
        get;
        init => field = ClusteringRange.Iterations(value);
    } = DefaultIterations;
}

/// <summary>A k-means clustering.</summary>
/// <param name="Labels">Clusters from 0 by falling size.</param>
/// <param name="Inertia">The sum of squared distances to the centres.</param>
/// <param name="Iterations">Iterations done.</param>
/// <param name="Converged">Whether the last one moved no point.</param>
public sealed record KMeansResult(int[] Labels, double Inertia, int Iterations, bool Converged);

/// <summary>
/// k-means (Lloyd 1982) with Euclidean distance on unit features, started by k-means++ (Arthur and Vassilvitskii 2007).
/// The assignment is a blocked matrix product: the nearest centre is the one with the largest x . c - |c|^2 / 2. A centre
/// that loses all its points moves to the point that lies farthest from its own.
/// </summary>
public static class KMeans
{
    /// <summary>Clusters points.</summary>
    /// <param name="unit">N unit features.</param>
    /// <param name="clusters">k, from 1 to N.</param>
    /// <param name="options">The options.</param>
    /// <param name="random">The generator of the start.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <exception cref="InputException"><c>ClusterCountInvalid</c>: k is not from 1 to N.</exception>
    public static KMeansResult Cluster(
        FeatureMatrix unit, int clusters, KMeansOptions options, SeededRandom random, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(context);
        RequireCount(unit.Count, clusters);
        var run = new Lloyd(unit, Start(unit, clusters, random, context), context);
        var iterations = 0;
        var moved = true;
        while (moved && iterations < options.MaximumIterations)
        {
            context.Report("k-means", iterations, options.MaximumIterations);
            moved = run.Assign();
            if (moved) run.Update();
            iterations++;
        }

        return new KMeansResult(ClusterLabels.BySize(run.Labels), run.Inertia(), iterations, !moved);
    }

    /// <summary>Fails unless so many points can make so many clusters.</summary>
    /// <exception cref="InputException"><c>ClusterCountInvalid</c>.</exception>
    internal static void RequireCount(int points, int clusters)
    {
        if (clusters >= 1 && clusters <= points) return;
        throw new InputException(
            "ClusterCountInvalid", FaultKind.InvalidArgument, $"{points} points cannot make {clusters} clusters.", clusters);
    }

    private static FeatureMatrix Start(FeatureMatrix unit, int clusters, SeededRandom random, WorkContext context)
    {
        var centres = new float[(long)clusters * unit.Dimension];
        var distances = new double[unit.Count];
        Array.Fill(distances, double.PositiveInfinity);
        var chosen = random.NextInt32(unit.Count);
        for (var c = 0; ; c++)
        {
            context.ThrowIfCancelled();
            context.Report("k-means++", c, clusters);
            unit.Row(chosen).CopyTo(centres.AsSpan(c * unit.Dimension));
            if (c + 1 == clusters) break;
            Lower(unit, chosen, distances, context);
            chosen = Draw(distances, random);
        }

        return new FeatureMatrix(centres, clusters, unit.Dimension);
    }

    private static void Lower(FeatureMatrix unit, int centre, double[] distances, WorkContext context)
    {
        const int chunk = 2048;
        Parallel.For(0, (unit.Count + chunk - 1) / chunk, context.Parallel, block =>
        {
            var row = unit.Row(centre);
            for (var i = block * chunk; i < Math.Min(unit.Count, (block + 1) * chunk); i++)
            {
                distances[i] = Math.Min(distances[i], Math.Max(0, 2 - (2.0 * TensorPrimitives.Dot(row, unit.Row(i)))));
            }

            distances[centre] = 0;
        });
    }

    // A point with a chance in proportion to its squared distance; any point when all distances are 0.
    private static int Draw(double[] distances, SeededRandom random)
    {
        var target = random.NextDouble() * distances.Sum();
        for (var i = 0; i < distances.Length; i++)
        {
            target -= distances[i];
            if (target < 0) return i;
        }

        return random.NextInt32(distances.Length);
    }

    private sealed class Lloyd
    {
        private readonly FeatureMatrix _unit;
        private readonly FeatureMatrix _centres;
        private readonly WorkContext _context;
        private readonly float[] _halfSquares;
        private readonly float[] _scores;

        public Lloyd(FeatureMatrix unit, FeatureMatrix centres, WorkContext context)
        {
            _unit = unit;
            _centres = centres;
            _context = context;
            _halfSquares = new float[centres.Count];
            _scores = new float[unit.Count];
            Labels = new int[unit.Count];
            Array.Fill(Labels, -1);
        }

        public int[] Labels { get; }

        public bool Assign()
        {
            for (var c = 0; c < _centres.Count; c++)
            {
                _halfSquares[c] = TensorPrimitives.SumOfSquares(_centres.Row(c)) / 2;
            }

            var moved = 0;
            BlockProduct.ForEachRow(_unit, _centres, "k-means assignment", _context, (point, scores) =>
            {
                TensorPrimitives.Subtract(scores, _halfSquares, scores);
                var nearest = TensorPrimitives.IndexOfMax(scores);
                _scores[point] = scores[nearest];
                if (Labels[point] == nearest) return;
                Labels[point] = nearest;
                Interlocked.Exchange(ref moved, 1);
            });
            return moved != 0;
        }

        public void Update()
        {
            var sizes = new int[_centres.Count];
            foreach (var label in Labels) sizes[label]++;
            FillEmpty(sizes);
            Array.Clear(_centres.Values);
            for (var i = 0; i < Labels.Length; i++)
            {
                var centre = _centres.Values.AsSpan(Labels[i] * _centres.Dimension, _centres.Dimension);
                TensorPrimitives.MultiplyAdd(_unit.Row(i), 1f / sizes[Labels[i]], centre, centre);
            }
        }

        public double Inertia()
        {
            var sum = 0.0;
            for (var i = 0; i < Labels.Length; i++)
            {
                var distance = TensorPrimitives.Distance(_unit.Row(i), _centres.Row(Labels[i]));
                sum += (double)distance * distance;
            }

            return sum;
        }

        private void FillEmpty(int[] sizes)
        {
            for (var c = 0; c < sizes.Length; c++)
            {
                if (sizes[c] > 0) continue;
                var farthest = -1;
                for (var i = 0; i < Labels.Length; i++)
                {
                    if (sizes[Labels[i]] > 1 && (farthest < 0 || _scores[i] < _scores[farthest])) farthest = i;
                }

                sizes[Labels[farthest]]--;
                Labels[farthest] = c;
                _scores[farthest] = 0.5f;
                sizes[c] = 1;
            }
        }
    }
}
