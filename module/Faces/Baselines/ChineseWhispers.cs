using System.Globalization;
using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of <see cref="ChineseWhispers"/>.</summary>
public sealed record ChineseWhispersOptions
{
    /// <summary>The most passes unless told: the author's graphs settle within 20.</summary>
    public const int DefaultIterations = 20;

    /// <summary>Faces nearer than this cosine distance, in (0, 2], are joined by an edge.</summary>
    /// <exception cref="InputException"><c>RadiusInvalid</c>.</exception>
    public double Radius
    {
        get;
        init => field = ClusteringRange.Radius(value);
    } = DensityOptions.DefaultEpsilon;

    /// <summary>The most passes over all faces, 1 or more; it ends before when one changes nothing.</summary>
    /// <exception cref="InputException"><c>IterationCountInvalid</c>.</exception>
    public int MaximumIterations
    {
        get;
        init => field = ClusteringRange.Iterations(value);
    } = DefaultIterations;
}

/// <summary>
/// Chinese whispers (Biemann 2006), as dlib groups faces: an edge between faces of a cosine distance below the radius, its
/// weight the similarity, 0 at least. Every face begins with a class of its own; in each pass all faces, in an order drawn
/// anew, take the class of the largest sum of weights among their neighbours. A face keeps its class where it is among the
/// best; of others equally good the one that was first. Faces without neighbours stay alone.
/// </summary>
/// <remarks>The passes follow one another face by face: the result depends on the seed and the order of the faces.</remarks>
public static class ChineseWhispers
{
    /// <summary>Clusters points.</summary>
    /// <returns>Labels from 0 by falling size, and whether a pass changed nothing.</returns>
    public static (int[] Labels, bool Settled) Cluster(
        FeatureMatrix unit, ChineseWhispersOptions options, SeededRandom random, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(context);
        var graph = RadiusNeighbours.Search(unit, options.Radius, context);
        var weights = Weights(unit, graph, context);
        var classes = Whisper(graph, weights, options.MaximumIterations, random, context, out var passes);
        var settled = passes < options.MaximumIterations;
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"Chinese whispers: {(graph.Indices.Length - unit.Count) / 2} edges, {passes} passes, "
            + $"{(settled ? "settled" : "stopped at the limit")}."));
        return (ClusterLabels.BySize(classes), settled);
    }

    /// <summary>The classes after the passes.</summary>
    /// <param name="graph">The neighbours, the face itself first.</param>
    /// <param name="weights">Their weights, in the same places.</param>
    /// <param name="maximum">The most passes.</param>
    /// <param name="random">The generator of the orders.</param>
    /// <param name="context">Cancellation, progress.</param>
    /// <param name="passes">The passes that changed something, or the most.</param>
    internal static int[] Whisper(
        NeighbourGraph graph, float[] weights, int maximum, SeededRandom random, WorkContext context, out int passes)
    {
        var classes = Enumerable.Range(0, graph.Count).ToArray();
        var order = classes.ToArray();
        var sums = new double[graph.Count];
        for (passes = 0; passes < maximum; passes++)
        {
            context.Report("Chinese whispers", passes, maximum);
            random.Shuffle<int>(order);
            var changed = false;
            for (var at = 0; at < order.Length; at++)
            {
                if ((at & 255) == 0) context.ThrowIfCancelled();
                var face = order[at];
                var heard = Loudest(graph.Of(face), weights.AsSpan((int)graph.Offsets[face]), classes, sums);
                changed |= heard != classes[face];
                classes[face] = heard;
            }

            if (!changed) break;
        }

        return classes;
    }

    // sums is zero before and after. The first neighbour is the face itself.
    private static int Loudest(ReadOnlySpan<int> neighbours, ReadOnlySpan<float> weights, int[] classes, double[] sums)
    {
        for (var i = 1; i < neighbours.Length; i++) sums[classes[neighbours[i]]] += weights[i];
        var best = classes[neighbours[0]];
        for (var i = 1; i < neighbours.Length; i++)
        {
            if (sums[classes[neighbours[i]]] > sums[best]) best = classes[neighbours[i]];
        }

        for (var i = 1; i < neighbours.Length; i++) sums[classes[neighbours[i]]] = 0;
        return best;
    }

    private static float[] Weights(FeatureMatrix unit, NeighbourGraph graph, WorkContext context)
    {
        var weights = new float[graph.Indices.Length];
        RowParallel.For(graph.Count, context, face =>
        {
            var at = (int)graph.Offsets[face];
            foreach (var other in graph.Of(face))
            {
                weights[at++] = Math.Max(0, TensorPrimitives.Dot(unit.Row(face), unit.Row(other)));
            }
        });
        return weights;
    }
}
