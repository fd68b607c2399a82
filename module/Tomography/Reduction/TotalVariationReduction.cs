using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Iterative reconstruction from the rays outside the metal trace (4.5), with the total variation as R:
/// <code>X = argmin || (1 - M_t) (P X - Y) ||^2 + lambda sum |grad X|</code>
/// begun at NMAR's image, which it leaves sooner than LI's, solved by <see cref="PrimalDualSolver"/>, and raised to 0 where it is below.
/// </summary>
/// <param name="options">lambda, iterations, tolerance.</param>
public sealed class TotalVariationReduction(TotalVariationOptions options) : IArtifactReduction
{
    // More of them make an iteration's progress larger still, and its passes over the image too.
    private const int MostSubsets = 32;
    private const int LeastViews = 10;

    private readonly Lock _gate = new();
    private (ScanGeometry Geometry, ViewSubsets Subsets, PrimalDualSolver Solver)? _last;

    /// <inheritdoc/>
    public string Name => "tv";

    /// <summary>The options.</summary>
    public TotalVariationOptions Options { get; } = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work) => Reduce(scan, work, null);

    /// <summary>The same, telling the objective after each iteration.</summary>
    internal ReducedScan Reduce(CorruptedScan scan, WorkContext work, Action<double>? onIteration)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(work);
        var tomograph = scan.Tomograph;
        var start = new NormalizedReduction().Reduce(scan, work).Image;
        var (subsets, solver) = SolverOf(tomograph.Geometry);
        var isUsed = Array.ConvertAll(scan.Trace.Values, isMetal => !isMetal);
        var (values, report) = solver.Solve(
            subsets.Split(scan.Sinogram.Values), subsets.Split(isUsed), start.Values, work, onIteration);
        // The rays outside the trace say nothing of pixels beside the metal but that nothing attenuates less than nothing.
        for (var i = 0; i < values.Length; i++) values[i] = Math.Max(0, values[i]);
        return new ReducedScan(new SliceImage(values, start.Rows, start.Columns), null, report);
    }

    // The slices of a series have one geometry, of which the solver knows something after the first.
    private (ViewSubsets Subsets, PrimalDualSolver Solver) SolverOf(ScanGeometry geometry)
    {
        lock (_gate)
        {
            if (_last is not { } last || last.Geometry != geometry)
            {
                var subsets = new ViewSubsets(geometry, Math.Clamp(geometry.Views / LeastViews, 1, MostSubsets));
                last = (geometry, subsets, new PrimalDualSolver(
                    subsets.Operators, subsets.Views, geometry.ImageSize, geometry.ImageSize, Options.LambdaFor(geometry), Options));
                _last = last;
            }

            return (last.Subsets, last.Solver);
        }
    }
}
