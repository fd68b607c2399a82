using System.Numerics.Tensors;

namespace Thesis.Engine.Faces;

/// <summary>
/// The linear SVM with squared hinge loss and regularised bias (2.7):
/// <c>min 1/2 u.u + sum_k C_k max(0, 1 - y_k u.z_k)^2</c>, z = [x, 1], which is LIBLINEAR's <c>-s 2 -B 1</c>.
/// Solved to its exact optimum by the finite Newton method (Keerthi and DeCoste, JMLR 2005) in the dual
/// coefficients, u = sum_k beta_k z_k: on the active set I = {k : y_k u.z_k &lt; 1} the optimum of the piece is
/// (K_II + 1 + diag(1 / 2 C)) beta_I = y_I, K + 1 being the kernel with the bias in it. One object a thread.
/// </summary>
internal sealed class SquaredHingeSvm
{
    /// <summary>Newton steps after which the solver gives up.</summary>
    public const int IterationLimit = 100;

    // Margins this close to 1 may flip between active and not by rounding; the objective does not feel them.
    private const double MarginRounding = 1e-9;
    private const double ObjectiveRounding = 1e-13;

    // The share of the negatives that a start from nothing takes for active: about what is active in the end.
    private const double ActiveShare = 0.45;

    private double[] _label = [];
    private double[] _cost = [];
    private double[] _margin = [];
    private double[] _target = [];
    private double[] _targetMargin = [];
    private double[] _system = [];
    private double[] _right = [];
    private int[] _active = [];
    private int _activeCount;

    /// <summary>Solves for the kernel's points, of which the first <paramref name="positives"/> have y = +1.</summary>
    /// <param name="kernel">The points, with the whole Gram matrix.</param>
    /// <param name="positives">How many points are positive; the others are negative.</param>
    /// <param name="positiveCost">C_p.</param>
    /// <param name="negativeCost">C_n.</param>
    /// <param name="beta">The start: the solution of a similar problem, or zeros for a guess; the solution on return.</param>
    /// <param name="cancellation">Stops the solver.</param>
    public SolverResult Solve(
        KernelRows kernel, int positives, double positiveCost, double negativeCost, Span<double> beta,
        CancellationToken cancellation = default)
    {
        var n = kernel.Count;
        Prepare(n, positives, positiveCost, negativeCost);
        if (!beta.ContainsAnyExcept(0)) Guess(kernel, positives, beta, cancellation);
        var margin = _margin.AsSpan(0, n);
        Evaluate(kernel, beta, margin);
        var objective = Objective(beta, margin);
        for (var iteration = 1; iteration <= IterationLimit; iteration++)
        {
            CollectActive(margin);
            SolvePiece(kernel, cancellation);
            var direction = _target.AsSpan(0, n);
            var change = _targetMargin.AsSpan(0, n);
            Evaluate(kernel, direction, change);
            TensorPrimitives.Subtract(direction, beta, direction);
            TensorPrimitives.Subtract(change, margin, change);
            var step = Step(beta, direction, change);
            TensorPrimitives.MultiplyAdd(direction, step, beta, beta);
            TensorPrimitives.MultiplyAdd(change, step, margin, margin);
            var before = objective;
            objective = Objective(beta, margin);
            if ((step == 1 && ActiveSetHolds(margin)) || before - objective <= ObjectiveRounding * before)
            {
                return new SolverResult(SolverExit.Converged, iteration, objective);
            }
        }

        return new SolverResult(SolverExit.IterationLimit, IterationLimit, objective);
    }

    private void Prepare(int n, int positives, double positiveCost, double negativeCost)
    {
        KernelRows.Grow(ref _label, n);
        KernelRows.Grow(ref _cost, n);
        KernelRows.Grow(ref _margin, n);
        KernelRows.Grow(ref _target, n);
        KernelRows.Grow(ref _targetMargin, n);
        KernelRows.Grow(ref _right, n);
        KernelRows.Grow(ref _active, n);
        _label.AsSpan(0, positives).Fill(1);
        _label.AsSpan(positives, n - positives).Fill(-1);
        _cost.AsSpan(0, positives).Fill(positiveCost);
        _cost.AsSpan(positives, n - positives).Fill(negativeCost);
    }

    // From zeros all points are active, and the first system is the largest by far. So the start is the optimum for the
    // positives and those negatives that lie farthest towards them, along the line between the two means.
    private void Guess(KernelRows kernel, int positives, Span<double> beta, CancellationToken cancellation)
    {
        var negatives = kernel.Count - positives;
        var taken = (int)(ActiveShare * negatives);
        if (taken == 0) return;
        var line = _target.AsSpan(0, kernel.Count);
        line[..positives].Fill(1.0 / positives);
        line[positives..].Fill(-1.0 / negatives);
        var along = _targetMargin.AsSpan(0, kernel.Count);
        Evaluate(kernel, line, along);
        var sorted = _margin.AsSpan(0, negatives);
        along[positives..].CopyTo(sorted);
        sorted.Sort();
        var least = sorted[negatives - taken];
        _activeCount = 0;
        for (var k = 0; k < kernel.Count; k++)
        {
            if (k < positives || along[k] >= least) _active[_activeCount++] = k;
        }

        SolvePiece(kernel, cancellation);
        _target.AsSpan(0, kernel.Count).CopyTo(beta);
    }

    // u.z_k for every point: K beta + sum beta.
    private static void Evaluate(KernelRows kernel, ReadOnlySpan<double> beta, Span<double> values)
    {
        kernel.Multiply(beta, values);
        TensorPrimitives.Add(values, TensorPrimitives.Sum(beta), values);
    }

    private double Objective(ReadOnlySpan<double> beta, ReadOnlySpan<double> values)
    {
        var loss = 0.0;
        for (var k = 0; k < values.Length; k++)
        {
            var violation = Math.Max(0, 1 - (_label[k] * values[k]));
            loss += _cost[k] * violation * violation;
        }

        return (0.5 * TensorPrimitives.Dot(beta, values)) + loss;
    }

    private void CollectActive(ReadOnlySpan<double> values)
    {
        _activeCount = 0;
        for (var k = 0; k < values.Length; k++)
        {
            if (_label[k] * values[k] < 1) _active[_activeCount++] = k;
        }
    }

    private bool ActiveSetHolds(ReadOnlySpan<double> values)
    {
        var next = 0;
        for (var k = 0; k < values.Length; k++)
        {
            var was = next < _activeCount && _active[next] == k;
            if (was) next++;
            var violation = 1 - (_label[k] * values[k]);
            if (violation > 0 != was && Math.Abs(violation) > MarginRounding) return false;
        }

        return true;
    }

    // The optimum of the quadratic piece that the active set selects, into _target.
    private void SolvePiece(KernelRows kernel, CancellationToken cancellation)
    {
        var m = _activeCount;
        var stride = CholeskyFactor.Stride(m);
        KernelRows.Grow(ref _system, m * stride);
        var active = _active.AsSpan(0, m);
        for (var i = 0; i < m; i++)
        {
            var row = kernel.Row(active[i]);
            var system = _system.AsSpan(i * stride, stride);
            for (var j = i; j < m; j++) system[j] = row[active[j]] + 1;
            system[i] += 0.5 / _cost[active[i]];
            system[m] = _label[active[i]];
        }

        CholeskyFactor.Solve(_system.AsSpan(0, m * stride), _right.AsSpan(0, m), cancellation);
        _target.AsSpan(0, kernel.Count).Clear();
        for (var i = 0; i < m; i++) _target[active[i]] = _right[i];
    }

    // The exact minimum of the convex, piecewise quadratic objective on the segment to the piece's optimum:
    // Newton's method on its slope, kept inside the bracket by bisection. 1 where the objective falls all the way.
    private double Step(ReadOnlySpan<double> beta, ReadOnlySpan<double> direction, ReadOnlySpan<double> change)
    {
        var linear = TensorPrimitives.Dot(beta, change);
        var quadratic = TensorPrimitives.Dot(direction, change);
        var start = Math.Abs(Slope(0, linear, quadratic, change).Slope);
        var (slope, curvature) = Slope(1, linear, quadratic, change);
        if (slope <= 1e-9 * start) return 1;
        var (low, high, at) = (0.0, 1.0, 1.0);
        for (var i = 0; i < 60 && Math.Abs(slope) > 1e-12 * start; i++)
        {
            if (slope > 0) high = at;
            else low = at;
            at -= slope / curvature;
            if (!(at > low && at < high)) at = 0.5 * (low + high);
            (slope, curvature) = Slope(at, linear, quadratic, change);
        }

        return at;
    }

    private (double Slope, double Curvature) Slope(
        double at, double linear, double quadratic, ReadOnlySpan<double> change)
    {
        var slope = linear + (at * quadratic);
        var curvature = quadratic;
        for (var k = 0; k < change.Length; k++)
        {
            var violation = 1 - (_label[k] * (_margin[k] + (at * change[k])));
            if (violation <= 0) continue;
            slope -= 2 * _cost[k] * _label[k] * change[k] * violation;
            curvature += 2 * _cost[k] * change[k] * change[k];
        }

        return (slope, curvature);
    }
}
