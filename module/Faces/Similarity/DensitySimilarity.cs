using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The density-based similarity of chapter 3 (Deep Density Clustering): each epsilon-neighbourhood is enclosed in the
/// smallest sphere that leaves a fraction nu out (3.3), E_i(z) = R_i^2 - |z - c_i|^2 = 2 (c_i.z - rho_i) for unit z
/// (3.11, Lemma 1), and <c>s(i, j) = 1/2 [mean of E_i over V(j) + mean of E_j over V(i)]</c> (3.12), which is bilinear
/// with w = 2 c and b = -2 rho. Lin, Chen, Castillo, Chellappa, "Deep density clustering of unconstrained faces",
/// CVPR 2018.
/// </summary>
public static class DensitySimilarity
{
    /// <summary>Learns the similarity.</summary>
    /// <param name="unit">Unit rows.</param>
    /// <param name="options">epsilon and nu.</param>
    /// <param name="context">Threads, cancellation, progress.</param>
    /// <returns>The bilinear form with 2 (D + 1) values a point, and the report; memory is linear in N.</returns>
    public static SimilarityModel Build(FeatureMatrix unit, DensityOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var neighbourhoods = RadiusNeighbours.Search(unit, options.Epsilon, context);
        var builder = new SimilarityBuilder(unit, "Density similarity", context);
        Parallel.For(
            0, unit.Count, context.Parallel,
            () => new SphereWorkspace(unit, options),
            (point, _, workspace) =>
            {
                workspace.Solve(
                    point, neighbourhoods.Of(point), builder, withoutNegatives: false, context.Cancellation);
                return workspace;
            },
            _ => { });
        return builder.Build([]);
    }
}

/// <summary>Encloses one neighbourhood after the other; one object a thread.</summary>
internal sealed class SphereWorkspace(FeatureMatrix unit, DensityOptions options)
{
    private readonly KernelRows _kernel = new(unit.Dimension);
    private readonly OneClassSvm _solver = new();

    /// <summary>Solves (3.3) for a neighbourhood and writes w = 2 c, b = -2 rho.</summary>
    public void Solve(
        int point, ReadOnlySpan<int> members, SimilarityBuilder builder, bool withoutNegatives,
        CancellationToken cancellation)
    {
        _kernel.Load(unit, members);
        var weights = builder.Weights(point);
        var result = _solver.Solve(_kernel, options.Nu, options.Tolerance, weights, out var rho, cancellation);
        foreach (ref var weight in weights) weight *= 2;
        builder.Finish(point, -2 * rho, members, result, 1, withoutNegatives);
    }
}
