namespace Thesis.Engine.Faces;

/// <summary>
/// The linear C-SVC (3.15) divided by its margin: <c>min 1/2 |w|^2 + C sum xi</c> with w.z - rho >= 1 - xi for the
/// positives, &lt;= -1 + xi for the negatives, xi >= 0. The hinge loss is not squared, rho is not regularised and both
/// classes weigh the same: LIBSVM's <c>-s 0 -t 0</c>. One object a thread.
/// </summary>
internal sealed class SoftMarginSvm
{
    private readonly PairSolver _pairs = new();

    /// <summary>Solves for the kernel's points, of which the first <paramref name="positives"/> have y = +1.</summary>
    /// <param name="kernel">The points.</param>
    /// <param name="positives">How many points are positive; the others are negative.</param>
    /// <param name="cost">C.</param>
    /// <param name="tolerance">LIBSVM's <c>-e</c>.</param>
    /// <param name="weights">w on return.</param>
    /// <param name="rho">The offset.</param>
    /// <param name="cancellation">Stops the solver.</param>
    /// <returns>The end; the objective is the dual's, the primal's value with its sign turned.</returns>
    public SolverResult Solve(
        KernelRows kernel, int positives, double cost, double tolerance, Span<float> weights, out double rho,
        CancellationToken cancellation = default)
    {
        _pairs.Prepare(kernel.Count);
        _pairs.Upper[..positives].Fill(cost);
        _pairs.Lower[positives..].Fill(-cost);
        _pairs.Linear[..positives].Fill(-1);
        _pairs.Linear[positives..].Fill(1);
        var result = _pairs.Solve(kernel, tolerance, cancellation);
        kernel.Combine(_pairs.Coefficients, 1, weights);
        rho = _pairs.Rho();
        return result;
    }
}
