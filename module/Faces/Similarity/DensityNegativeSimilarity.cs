using System.Globalization;
using System.Runtime.InteropServices;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The density similarity with negative set mining (section 3.4.5, DDC-NEG): each epsilon-neighbourhood is separated
/// from points beyond eta by the C-SVC (3.15), E_i(z) = w_i.z - rho_i, and the similarity is (3.12) with that E.
/// A point without any point beyond eta is described by the sphere (3.3) alone, which is what the dissertation's
/// problem is without negatives; the report counts such points.
/// </summary>
public static class DensityNegativeSimilarity
{
    /// <summary>Learns the similarity.</summary>
    /// <param name="unit">Unit rows.</param>
    /// <param name="options">epsilon, eta, the negatives and C; nu for points without negatives.</param>
    /// <param name="context">Threads, cancellation, progress, and warnings as verbose text.</param>
    /// <returns>The bilinear form with 2 (D + 1) values a point, and the report; memory is linear in N.</returns>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>: eta is smaller than epsilon.</exception>
    public static SimilarityModel Build(FeatureMatrix unit, DensityNegativeOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        if (options.Eta < options.Epsilon)
        {
            throw OptionRange.OutOfRange(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"eta = {options.Eta} must not be smaller than epsilon = {options.Epsilon}: ")
                + "a neighbour cannot be a negative.",
                options.Eta);
        }

        var neighbourhoods = RadiusNeighbours.Search(unit, options.Epsilon, context);
        var negatives = PointsBeyond.Search(unit, options.Eta, options.Negatives, options.NegativeChoice, context);
        var builder = new SimilarityBuilder(unit, "Density similarity with negatives", context);
        Parallel.For(
            0, unit.Count, context.Parallel,
            () => new Workspace(unit, options),
            (point, _, workspace) =>
            {
                workspace.Solve(
                    point, neighbourhoods.Of(point), negatives.Of(point), builder, context.Cancellation);
                return workspace;
            },
            _ => { });
        var lonely = Enumerable.Range(0, unit.Count).Count(point => negatives.Of(point).IsEmpty);
        return builder.Build(lonely == 0 ? [] : [string.Create(
            CultureInfo.InvariantCulture,
            $"{lonely} of {unit.Count} points have no point beyond eta = {options.Eta}; ")
            + "they are described by their sphere alone."]);
    }

    private sealed class Workspace(FeatureMatrix unit, DensityNegativeOptions options)
    {
        private readonly KernelRows _kernel = new(unit.Dimension);
        private readonly SoftMarginSvm _solver = new();
        private readonly SphereWorkspace _sphere = new(unit, options);
        private readonly List<int> _members = [];

        public void Solve(
            int point, ReadOnlySpan<int> positives, ReadOnlySpan<int> negatives, SimilarityBuilder builder,
            CancellationToken cancellation)
        {
            if (negatives.IsEmpty)
            {
                _sphere.Solve(point, positives, builder, withoutNegatives: true, cancellation);
                return;
            }

            _members.Clear();
            _members.AddRange(positives);
            _members.AddRange(negatives);
            _kernel.Load(unit, CollectionsMarshal.AsSpan(_members));
            var result = _solver.Solve(
                _kernel, positives.Length, options.Cost, options.Tolerance, builder.Weights(point), out var rho,
                cancellation);
            builder.Finish(point, -rho, positives, result, 1, withoutNegatives: false);
        }
    }
}
