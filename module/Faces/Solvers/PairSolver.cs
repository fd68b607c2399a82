using System.Numerics.Tensors;

namespace Thesis.Engine.Faces;

/// <summary>
/// Sequential minimal optimisation of <c>min 1/2 a' K a + q' a, lower &lt;= a &lt;= upper</c>, with the sum of a fixed by
/// the start. A C-SVC is of this form in the signed coefficients a_i = y_i alpha_i. The pair is chosen by
/// second-order information (Fan, Chen, Lin, JMLR 2005; LIBSVM's rule). One object a thread.
/// </summary>
internal sealed class PairSolver
{
    // LIBSVM's TAU, in place of a curvature that is not positive.
    private const double SmallestCurvature = 1e-12;

    private double[] _coefficients = [];
    private double[] _gradient = [];
    private double[] _linear = [];
    private double[] _lower = [];
    private double[] _upper = [];
    private int _count;

    /// <summary>a: the start, to be filled before <see cref="Solve"/>, and the solution.</summary>
    public Span<double> Coefficients => _coefficients.AsSpan(0, _count);

    /// <summary>q.</summary>
    public Span<double> Linear => _linear.AsSpan(0, _count);

    /// <summary>The lower bounds.</summary>
    public Span<double> Lower => _lower.AsSpan(0, _count);

    /// <summary>The upper bounds.</summary>
    public Span<double> Upper => _upper.AsSpan(0, _count);

    /// <summary>K a + q at the solution.</summary>
    public ReadOnlySpan<double> Gradient => _gradient.AsSpan(0, _count);

    /// <summary>Makes room for a problem of <paramref name="count"/> points; all vectors are zero.</summary>
    public void Prepare(int count)
    {
        _count = count;
        KernelRows.Grow(ref _coefficients, count);
        KernelRows.Grow(ref _gradient, count);
        KernelRows.Grow(ref _linear, count);
        KernelRows.Grow(ref _lower, count);
        KernelRows.Grow(ref _upper, count);
        Coefficients.Clear();
        Linear.Clear();
        Lower.Clear();
        Upper.Clear();
    }

    /// <summary>
    /// Optimises until no pair violates the optimality conditions by more than <paramref name="tolerance"/>. Below
    /// about 1e-6 the rounding of the kernel to float32 can keep that from being reached.
    /// </summary>
    public SolverResult Solve(KernelRows kernel, double tolerance, CancellationToken cancellation)
    {
        // LIBSVM allows ten million; a kernel rounded to float32 that has not converged by then never will.
        var limit = Math.Max(100_000, 100 * (long)_count);
        kernel.Multiply(Coefficients, _gradient.AsSpan(0, _count));
        TensorPrimitives.Add(Gradient, Linear, _gradient.AsSpan(0, _count));
        var iteration = 0;
        while (iteration < limit && ChoosePair(kernel, tolerance) is var (up, down) && up >= 0)
        {
            Optimise(kernel, up, down);
            iteration++;
            cancellation.ThrowIfCancellationRequested();
        }

        var exit = iteration < limit ? SolverExit.Converged : SolverExit.IterationLimit;
        var objective = 0.5 * (TensorPrimitives.Dot<double>(Coefficients, Gradient)
            + TensorPrimitives.Dot<double>(Coefficients, Linear));
        return new SolverResult(exit, iteration, objective);
    }

    /// <summary>
    /// The offset of the decision function, <c>f(x) = sum_i a_i z_i.x - rho</c>, by LIBSVM's rules: the mean gradient
    /// of the free points, else the middle of the interval that the bounded ones leave, and where that interval has
    /// one finite end only, that end.
    /// </summary>
    public double Rho()
    {
        var (free, sum) = (0, 0.0);
        var (least, most) = (double.NegativeInfinity, double.PositiveInfinity);
        for (var i = 0; i < _count; i++)
        {
            if (_coefficients[i] >= _upper[i]) least = Math.Max(least, _gradient[i]);
            else if (_coefficients[i] <= _lower[i]) most = Math.Min(most, _gradient[i]);
            else
            {
                free++;
                sum += _gradient[i];
            }
        }

        if (free > 0) return sum / free;
        if (double.IsInfinity(least)) return most;
        return double.IsInfinity(most) ? least : 0.5 * (least + most);
    }

    // The point that gains most by rising, and the one whose fall with it promises the largest decrease; (-1, -1)
    // where no pair violates the conditions.
    private (int Up, int Down) ChoosePair(KernelRows kernel, double tolerance)
    {
        var coefficients = Coefficients;
        var gradient = Gradient;
        var up = -1;
        var smallest = double.PositiveInfinity;
        for (var i = 0; i < coefficients.Length; i++)
        {
            if (coefficients[i] >= _upper[i] || gradient[i] >= smallest) continue;
            smallest = gradient[i];
            up = i;
        }

        if (up < 0) return (-1, -1);
        var row = kernel.Row(up);
        var diagonal = kernel.Diagonal(up);
        var down = -1;
        var (largest, best) = (double.NegativeInfinity, 0.0);
        for (var j = 0; j < coefficients.Length; j++)
        {
            if (coefficients[j] <= _lower[j]) continue;
            var violation = gradient[j] - smallest;
            largest = Math.Max(largest, violation);
            if (violation <= 0) continue;
            var gain = violation * violation / Curvature(diagonal, kernel.Diagonal(j), row[j]);
            if (gain <= best) continue;
            best = gain;
            down = j;
        }

        return largest < tolerance || down < 0 ? (-1, -1) : (up, down);
    }

    private void Optimise(KernelRows kernel, int up, int down)
    {
        var rising = kernel.Row(up);
        var falling = kernel.Row(down);
        var curvature = Curvature(kernel.Diagonal(up), kernel.Diagonal(down), rising[down]);
        var room = _upper[up] - _coefficients[up];
        var stock = _coefficients[down] - _lower[down];
        var step = Math.Min((_gradient[down] - _gradient[up]) / curvature, Math.Min(room, stock));

        // A coefficient that reaches its bound gets the bound's own value, so that it is known to be there.
        _coefficients[up] = step == room ? _upper[up] : _coefficients[up] + step;
        _coefficients[down] = step == stock ? _lower[down] : _coefficients[down] - step;
        var gradient = _gradient.AsSpan(0, _count);
        TensorPrimitives.MultiplyAdd(rising, step, gradient, gradient);
        TensorPrimitives.MultiplyAdd(falling, -step, gradient, gradient);
    }

    private static double Curvature(double first, double second, double between) =>
        Math.Max(first + second - (2 * between), SmallestCurvature);
}
