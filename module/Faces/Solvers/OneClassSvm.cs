namespace Thesis.Engine.Faces;

/// <summary>
/// The one-class SVM (3.4). Its dual <c>min 1/2 a' K a, 0 &lt;= a_i &lt;= 1 / (nu n), sum a = 1</c> is also that of the
/// sphere (3.3) when the points have unit length (Lemma 1): centre c = sum_i a_i z_i, rho = c.z_s for a point z_s on
/// the sphere. LIBSVM's <c>-s 2 -t 0</c>. One object a thread.
/// </summary>
internal sealed class OneClassSvm
{
    private readonly PairSolver _pairs = new();

    /// <summary>Solves for the kernel's points.</summary>
    /// <param name="kernel">n points, 1 or more.</param>
    /// <param name="nu">The fraction of outliers at most and of support vectors at least, in (0, 1].</param>
    /// <param name="tolerance">LIBSVM's <c>-e</c>, in its scale, where the coefficients sum to nu n.</param>
    /// <param name="centre">c = w on return.</param>
    /// <param name="rho">The offset.</param>
    /// <param name="cancellation">Stops the solver.</param>
    /// <returns>The end; the objective is 1/2 |c|^2.</returns>
    public SolverResult Solve(
        KernelRows kernel, double nu, double tolerance, Span<float> centre, out double rho,
        CancellationToken cancellation = default)
    {
        var total = nu * kernel.Count;
        _pairs.Prepare(kernel.Count);
        _pairs.Upper.Fill(1);

        // LIBSVM's start: the first nu n points at the bound.
        var whole = Math.Min((int)total, kernel.Count);
        _pairs.Coefficients[..whole].Fill(1);
        if (whole < kernel.Count) _pairs.Coefficients[whole] = total - whole;
        var result = _pairs.Solve(kernel, tolerance, cancellation);
        kernel.Combine(_pairs.Coefficients, 1 / total, centre);
        rho = _pairs.Rho() / total;
        return result with { Objective = result.Objective / (total * total) };
    }
}
