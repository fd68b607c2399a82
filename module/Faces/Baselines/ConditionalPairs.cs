using System.Globalization;
using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of <see cref="ConditionalPairs"/>.</summary>
public sealed record ConditionalPairsOptions
{
    /// <summary>k, entries of a neighbour list, the face itself included.</summary>
    public const int DefaultNeighbours = 80;

    /// <summary>The most passes unless told; LFW settles within 20.</summary>
    public const int DefaultIterations = 50;

    /// <summary>The cosine distance, in (0, 2], at which a pair is as likely of one person as of two.</summary>
    /// <exception cref="InputException"><c>RadiusInvalid</c>.</exception>
    public double Radius
    {
        get;
        init => field = ClusteringRange.Radius(value);
    } = DensityOptions.DefaultEpsilon;

    /// <summary>k, entries of a neighbour list, the face itself included; 2 or more.</summary>
    /// <exception cref="InputException"><c>NeighbourCountInvalid</c>.</exception>
    public int Neighbours
    {
        get;
        init => field = ClusteringRange.Neighbours(value);
    } = DefaultNeighbours;

    /// <summary>The most passes of messages, 1 or more.</summary>
    /// <exception cref="InputException"><c>IterationCountInvalid</c>.</exception>
    public int MaximumIterations
    {
        get;
        init => field = ClusteringRange.Iterations(value);
    } = DefaultIterations;
}

/// <summary>
/// Conditional pairwise clustering, ConPaC (Shi, Otto and Jain 2018, "Face clustering: representation and pairwise constraints"), in
/// its form for neighbour graphs: a conditional random field over the pairs, y_ij = 1 for one person, whose unary potentials are the
/// pairs' similarities and whose potentials of triangles make y transitive; loopy belief propagation looks for the likeliest y, and
/// what it joins, directly or through others, is a cluster.
/// </summary>
/// <remarks>
/// Approximated: pairs of which neither is among the other's k nearest are no variables, and no triangle has them. theta_ij is
/// epsilon less the cosine distance, where the authors fit a probability to their network's similarities: its unit does not matter to
/// the likeliest y. A triangle with two pairs of three costs 2 and is not forbidden, so messages stay bounded. The passes
/// (<see cref="TransitivityMessages"/>) are damped by half and end when no pair changes sides, or at a limit. The pairs of 1 are closed
/// transitively afterwards. Nothing is drawn at random. O(N k^2) time a pass, 24 bytes a triangle.
/// </remarks>
public static class ConditionalPairs
{
    /// <summary>Clusters points.</summary>
    /// <returns>Labels from 0 by falling size, and whether the passes settled.</returns>
    public static (int[] Labels, bool Settled) Cluster(FeatureMatrix unit, ConditionalPairsOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var graph = PairGraph.From(ExactNeighbours.Search(unit, options.Neighbours, context), context);
        var field = new TransitivityMessages(graph, Unary(unit, graph, options.Radius, context));
        var passes = field.Run(options.MaximumIterations, context);
        var settled = passes < options.MaximumIterations;
        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"ConPaC: {graph.First.Length} pairs, {graph.Triangles.Length / 3} triangles, {passes} passes, "
            + $"{(settled ? "settled" : "stopped at the limit")}, {Broken(graph, field.Beliefs)} triangles not transitive."));
        return (ClusterLabels.BySize(Joined(graph, field.Beliefs)), settled);
    }

    /// <summary>The faces that pairs join, directly or through others.</summary>
    internal static int[] Joined(PairGraph graph, double[] beliefs)
    {
        var sets = new DisjointSets(graph.Count);
        for (var p = 0; p < beliefs.Length; p++)
        {
            if (beliefs[p] > 0) sets.Union(graph.First[p], graph.Second[p]);
        }

        return [.. Enumerable.Range(0, graph.Count).Select(sets.Find)];
    }

    private static float[] Unary(FeatureMatrix unit, PairGraph graph, double radius, WorkContext context)
    {
        var unary = new float[graph.First.Length];
        RowParallel.For(unary.Length, context, p =>
        {
            var similarity = TensorPrimitives.Dot(unit.Row(graph.First[p]), unit.Row(graph.Second[p]));
            unary[p] = (float)(radius - (1 - similarity));
        });
        return unary;
    }

    private static int Broken(PairGraph graph, double[] beliefs)
    {
        var broken = 0;
        for (var at = 0; at < graph.Triangles.Length; at += 3)
        {
            if (graph.Triangles.AsSpan(at, 3) is [var a, var b, var c]
                && (beliefs[a] > 0 ? 1 : 0) + (beliefs[b] > 0 ? 1 : 0) + (beliefs[c] > 0 ? 1 : 0) == 2) broken++;
        }

        return broken;
    }
}
