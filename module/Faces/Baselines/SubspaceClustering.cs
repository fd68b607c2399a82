using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of <see cref="SubspaceClustering"/>.</summary>
public sealed record SubspaceOptions
{
    /// <summary>The most faces that express another, unless told: the authors' 10.</summary>
    public const int DefaultSparsity = 10;

    /// <summary>The most faces that express another, 1 or more.</summary>
    /// <exception cref="InputException"><c>SparsityInvalid</c>.</exception>
    public int Sparsity
    {
        get;
        init => field = value >= 1
            ? value
            : throw new InputException(
                "SparsityInvalid", FaultKind.InvalidArgument, $"A face is expressed by 1 other at least, not {value}.", value);
    } = DefaultSparsity;

    /// <summary>The most steps of the eigenvectors' iteration, 1 or more.</summary>
    /// <exception cref="InputException"><c>IterationCountInvalid</c>.</exception>
    public int MaximumSteps
    {
        get;
        init => field = ClusteringRange.Iterations(value);
    } = 60;
}

/// <summary>
/// Sparse subspace clustering by orthogonal matching pursuit (SSC-OMP; You, Robinson and Vidal 2016): every face as a
/// combination of few others (<see cref="SelfExpression"/>), the affinity |C| + |C|^T, and spectral clustering (Ng, Jordan
/// and Weiss 2001): k-means, the best of 20 starts, on the rows, scaled to unit length, of the k largest eigenvectors of
/// D^-1/2 A D^-1/2.
/// </summary>
/// <remarks>
/// The pursuit takes a product of N x N for each of the faces that may express one; the eigenvectors take O(N k) memory and
/// O(N k^2) time a step, which is why the dissertation has no figure for LFW (k = 5,749).
/// </remarks>
public static class SubspaceClustering
{
    private const int Starts = 20;

    /// <summary>Clusters points into k clusters.</summary>
    /// <exception cref="InputException">
    /// <c>ClusterCountInvalid</c>: k is not from 1 to N; <c>MemoryInsufficient</c>: the eigenvectors do not fit.
    /// </exception>
    public static int[] Cluster(
        FeatureMatrix unit, int clusters, SubspaceOptions options, SeededRandom random, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(context);
        KMeans.RequireCount(unit.Count, clusters);
        MemoryPlan.Require(
            4.0 * sizeof(double) * unit.Count * 1.2 * clusters,
            $"{clusters} eigenvectors of {unit.Count} faces", "Give fewer clusters.");
        var graph = SymmetricGraph.From(SelfExpression.Pursue(unit, options.Sparsity, context));
        var (vectors, values, converged) = LargestEigenvectors.Find(
            graph.Normalized(), clusters, options.MaximumSteps, random.Fork(0), context);
        if (!converged)
        {
            context.Warning?.Invoke(
                $"The eigenvectors of SSC-OMP did not converge in {options.MaximumSteps} steps: the clusters are an estimate.");
        }

        context.Verbose?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"SSC-OMP: {options.Sparsity} faces at most for each, eigenvalues {values[0]:F6} to {values[^1]:F6}."));
        var rows = Embed(vectors, unit.Count);
        return Enumerable.Range(1, Starts)
            .Select(start => KMeans.Cluster(rows, clusters, new KMeansOptions(), random.Fork(start), context))
            .MinBy(found => found.Inertia)!.Labels;
    }

    private static FeatureMatrix Embed(double[][] vectors, int count)
    {
        var rows = new float[(long)count * vectors.Length];
        for (var i = 0; i < count; i++)
        {
            var norm = Math.Sqrt(vectors.Sum(vector => vector[i] * vector[i]));
            for (var v = 0; v < vectors.Length; v++)
            {
                rows[((long)i * vectors.Length) + v] = norm > 0 ? (float)(vectors[v][i] / norm) : 0;
            }
        }

        return new FeatureMatrix(rows, count, vectors.Length);
    }
}
