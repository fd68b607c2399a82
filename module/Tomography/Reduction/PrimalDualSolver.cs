using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Minimises || W (A x - b) ||^2 + lambda TV(x), with W keeping some rows of A and dropping the others, by the stochastic
/// primal-dual method of Chambolle, Ehrhardt, Richtarik and Schoenlieb (2018), preconditioned by a filter T. The rows of A
/// come in n subsets A_i, which an iteration takes in an order of its own. A step moves the dual p_i of one, and the dual q of
/// the gradient:
/// <code>
/// x = x - T zbar
/// p_i = (p_i + s W (A_i x - b_i)) / (1 + s / 2)
/// q = project(q + c grad x) onto |q| at most lambda, pixel by pixel
/// z = z + a + g,   zbar = z + n a + g,   a = A_i^T W (change of p_i),   g = grad^T (change of q)
/// </code>
/// TV is isotropic, by forward differences that are 0 at the last row and column. An iteration applies A and A^T once in all.
/// After it all variables go on by three tenths of what they have moved since the one before.
///
/// <b>The filter.</b> A subset of m views answers to a wave of k periods a side as m / (pi k) lines of it do, since their other
/// views see nothing of it, and as one line at least. So T is short at the low frequencies, where a step would go too far, and
/// as long as one line allows elsewhere; with T = 1 the lowest frequency holds back all others:
/// <code>
/// T = 1 / (e h(k) + c |grad|^2),   h(k) = 1 + 2 m / (1 + pi k),   c = .3 e
/// s = sigma w,   w = min(1, side / sum of the row),   side = largest sum of a row / sqrt 2
/// e = n sigma mu / (1 + .025 (n - 1)),   mu = the largest eigenvalue of h^(-1/2) A_1^T w A_1 h^(-1/2), by power iterations
/// </code>
/// With 1 for 1 + .025 (n - 1) the method is proved to converge, of subsets that are drawn. The more subsets there are, the longer steps it bears, and the
/// fewer iterations it takes: forty of 16 views bear 2.5, seventeen 1.5, forty of two views hardly 1. Fewer than ten have no
/// inertia. Where the objective rises all the same, e is made four times as large and the solver begins again.
///
/// sigma weighs what the rays say against how fast TV, whose pull is lambda at most, fills what they do not say: the weaker
/// that is against them, the smaller. sigma = .9 (lambda / .05 mu |x|)^(1/3), held to .3 .. 1.2, with |x| the root mean square of
/// the image to begin with; near that were the best of .25, .5, .9 and 1.4 in eight geometries, whose ratio goes from .002 to .1.
/// </summary>
internal sealed class PrimalDualSolver
{
    private const long Seed = 1;
    private const double UsualStep = 0.9;
    private const double UsualRatio = 0.05;
    private const double LeastStep = 0.3;
    private const double LargestStep = 1.2;
    private const double ExcessPerSubset = 0.025;
    private const int Many = 10;
    private const double GradientShare = 0.3;
    private const double Damped = 4;
    private const int MostAgain = 5;
    private const float Momentum = 0.3f;
    private const int PowerIterations = 10;

    private readonly IReadOnlyList<LinearOperator<float>> _subsets;
    private readonly int _views;
    private readonly int _rows;
    private readonly int _columns;
    private readonly double _lambda;
    private readonly TotalVariationOptions _options;
    private readonly ForwardDifferences _gradient;
    private readonly HartleyFilter _filter;
    private readonly Lock _gate = new();
    private (float[][] Weights, double Largest)? _response;

    /// <summary>Creates a solver.</summary>
    /// <param name="subsets">The A_i.</param>
    /// <param name="views">Views of each; 1 where the rows are no views.</param>
    /// <param name="rows">Rows of the image.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="lambda">The weight of the total variation.</param>
    /// <param name="options">Iterations and tolerance.</param>
    public PrimalDualSolver(
        IReadOnlyList<LinearOperator<float>> subsets, int views, int rows, int columns, double lambda, TotalVariationOptions options)
    {
        (_subsets, _views, _rows, _columns) = (subsets, views, rows, columns);
        _lambda = lambda;
        _options = options;
        _gradient = new ForwardDifferences(rows, columns);
        _filter = Preconditioner(rows, columns, views);
    }

    /// <summary>Solves for one image.</summary>
    /// <param name="measured">b, subset by subset.</param>
    /// <param name="isUsed">The diagonal of W, in the same way.</param>
    /// <param name="start">The image to begin with.</param>
    /// <param name="work">Cancellation, progress, threads.</param>
    /// <param name="onIteration">Is told the objective after each iteration.</param>
    public (float[] Image, IterationReport Report) Solve(
        float[][] measured, bool[][] isUsed, float[] start, WorkContext work, Action<double>? onIteration = null)
    {
        var (weights, largest) = Response(work);
        var step = DualStep(largest, start);
        var steps = Array.ConvertAll(weights, rays => Array.ConvertAll(rays, weight => step * weight));
        var response = _subsets.Count * step * largest / (1 + (ExcessPerSubset * (_subsets.Count - 1)));
        var solution = Solve(measured, isUsed, start, steps, response, work, onIteration);
        for (var again = 0; again < MostAgain && !(solution.Report.Objective <= solution.Report.InitialObjective); again++)
        {
            response *= Damped;
            work.Verbose?.Invoke("Total variation: the objective rose; begun again with steps a quarter as long.");
            solution = Solve(measured, isUsed, start, steps, response, work, onIteration);
        }

        return solution;
    }

    private (float[] Image, IterationReport Report) Solve(
        float[][] measured, bool[][] isUsed, float[] start, float[][] steps, double response, WorkContext work, Action<double>? onIteration)
    {
        var rays = new RayDual[_subsets.Count];
        for (var i = 0; i < rays.Length; i++) rays[i] = new RayDual(_subsets[i], measured[i], isUsed[i], steps[i]);
        var state = new State(this, rays, start, response, work);
        var initial = state.InitialObjective;
        var change = double.PositiveInfinity;
        var iterations = 0;
        while (iterations < _options.Iterations && change > _options.Tolerance)
        {
            work.Report("Total variation", iterations, _options.Iterations);
            change = state.Iterate();
            iterations++;
            onIteration?.Invoke(state.Objective());
        }

        var exit = change <= _options.Tolerance ? IterationExit.Converged : IterationExit.IterationLimit;
        return (state.Image, new IterationReport(exit, iterations, initial, state.Objective(), change));
    }

    // w and mu, which are those of the rays, whatever the image: found once.
    private (float[][] Weights, double Largest) Response(WorkContext work)
    {
        lock (_gate)
        {
            if (_response is { } known) return known;
            var weights = RowWeights(work);
            _response = (weights, LargestEigenvalue(weights[0], work));
            return _response.Value;
        }
    }

    // w of each ray.
    private float[][] RowWeights(WorkContext work)
    {
        var ones = new float[_subsets[0].InputLength];
        Array.Fill(ones, 1f);
        var sums = _subsets.Select(subset =>
        {
            var rays = new float[subset.OutputLength];
            subset.Apply(ones, rays, work);
            return rays;
        }).ToArray();

        // The diagonal of a square is the largest, and its side this.
        var side = sums.Max(rays => TensorPrimitives.Max<float>(rays)) / MathF.Sqrt(2);
        return Array.ConvertAll(sums, rays => Array.ConvertAll(rays, sum => Math.Min(1, side / sum)));
    }

    // mu: that of h^(-1/2) A_i^T w A_i h^(-1/2).
    private double LargestEigenvalue(float[] weights, WorkContext work)
    {
        var subset = _subsets[0];
        var image = new float[subset.InputLength];
        var rays = new float[subset.OutputLength];
        var filter = new HartleyFilter(_rows, _columns, (down, across) =>
            1 / Math.Sqrt(SubsetResponse(down, across, _rows, _columns, _views)));
        var random = new SeededRandom(Seed);
        for (var i = 0; i < image.Length; i++) image[i] = (float)random.NextGaussian();
        var largest = 0.0;
        for (var i = 0; i < PowerIterations; i++)
        {
            TensorPrimitives.Divide(image, (float)Math.Sqrt(TensorPrimitives.SumOfSquares<float>(image)), image);
            filter.Apply(image, image, work);
            subset.Apply(image, rays, work);
            TensorPrimitives.Multiply(rays, weights, rays);
            subset.ApplyAdjoint(rays, image, work);
            filter.Apply(image, image, work);
            largest = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(image));
        }

        return largest;
    }

    // sigma. An image of zeros has any step.
    private float DualStep(double largest, float[] start)
    {
        var size = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(start) / start.Length);
        return (float)Math.Clamp(UsualStep * Math.Cbrt(_lambda / (UsualRatio * largest * size)), LeastStep, LargestStep);
    }

    // h.
    private static double SubsetResponse(double down, double across, int rows, int columns, int views)
    {
        var periods = Math.Sqrt((down * down * rows * rows) + (across * across * columns * columns));
        return 1 + (2 * views / (1 + (Math.PI * periods)));
    }

    // e T, which is the same whatever e is.
    private static HartleyFilter Preconditioner(int rows, int columns, int views) => new(rows, columns, (down, across) =>
    {
        var gradient = 4 - (2 * Math.Cos(2 * Math.PI * down)) - (2 * Math.Cos(2 * Math.PI * across));
        return 1 / (SubsetResponse(down, across, rows, columns, views) + (GradientShare * gradient));
    });

    /// <summary>A subset of the rays with its dual variable.</summary>
    private sealed class RayDual
    {
        private readonly LinearOperator<float> _projection;
        private readonly float[] _measured;
        private readonly float[] _weights;
        private readonly float[] _steps;
        private readonly float[] _shrinkage;
        private readonly float[] _projected;
        private readonly float[] _change;

        public RayDual(LinearOperator<float> projection, float[] measured, bool[] isUsed, float[] steps)
        {
            (_projection, _measured, _steps) = (projection, measured, steps);
            _shrinkage = Array.ConvertAll(steps, step => 1 / (1 + (0.5f * step)));
            _weights = Array.ConvertAll(isUsed, used => used ? 1f : 0f);
            (Dual, _projected, _change) = (new float[measured.Length], new float[measured.Length], new float[measured.Length]);
        }

        /// <summary>p_i.</summary>
        public float[] Dual { get; }

        /// <summary>
        /// Takes the dual optimum of an image; <paramref name="pull"/> becomes A_i^T W p_i. Returns || W (A_i x - b_i) ||^2.
        /// </summary>
        public double Begin(float[] image, float[] pull, WorkContext work)
        {
            var misfit = Misfit(image, work);
            TensorPrimitives.Multiply(_projected, 2f, Dual);
            _projection.ApplyAdjoint(Dual, pull, work);
            return misfit;
        }

        /// <summary>Moves the dual; <paramref name="pull"/> becomes A_i^T W (change of p_i).</summary>
        public void Move(float[] image, float[] pull, WorkContext work)
        {
            Residual(image, work);

            // moved = (p + s residual) / (1 + s / 2). A ray that is not used keeps the dual 0.
            TensorPrimitives.MultiplyAdd(_projected, _steps, Dual, _projected);
            TensorPrimitives.Multiply(_projected, _shrinkage, _projected);
            TensorPrimitives.Subtract(_projected, Dual, _change);
            _projected.CopyTo(Dual, 0);

            _projection.ApplyAdjoint(_change, pull, work);
        }

        /// <summary>|| W (A_i x - b_i) ||^2.</summary>
        public double Misfit(float[] image, WorkContext work)
        {
            Residual(image, work);
            var sum = 0.0;
            foreach (var value in _projected) sum += (double)value * value;
            return sum;
        }

        private void Residual(float[] image, WorkContext work)
        {
            _projection.Apply(image, _projected, work);
            TensorPrimitives.Subtract(_projected, _measured, _projected);
            TensorPrimitives.Multiply(_projected, _weights, _projected);
        }
    }

    /// <summary>A variable, and what it was an iteration ago.</summary>
    private sealed class Inertia(float[] values)
    {
        private readonly float[] _before = (float[])values.Clone();

        /// <summary>v = v + .3 (v - v an iteration ago).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void GoOn()
        {
            for (var i = 0; i < values.Length; i++)
            {
                var value = values[i];
                values[i] = value + (Momentum * (value - _before[i]));
                _before[i] = value;
            }
        }

        /// <summary>Notes where it is.</summary>
        public void Record() => values.CopyTo(_before, 0);

        /// <summary>The length of what it has moved, relative to its own.</summary>
        public double Change() => TensorPrimitives.Distance<float>(values, _before)
            / Math.Sqrt(Math.Max(TensorPrimitives.SumOfSquares<float>(values), float.Epsilon));
    }

    /// <summary>The iterates and what they need.</summary>
    private sealed class State
    {
        private readonly PrimalDualSolver _solver;
        private readonly RayDual[] _rays;
        private readonly RayDual[] _order;
        private readonly WorkContext _work;
        private readonly SeededRandom _random = new(Seed);
        private readonly float _step;
        private readonly float _gradientStep;
        private readonly float[] _sum;
        private readonly float[] _pull;
        private readonly float[] _gradientPull;
        private readonly GradientField _gradientDual;
        private readonly Inertia _imageInertia;
        private readonly Inertia[] _inertias;
        private bool _hasMoved;

        public State(PrimalDualSolver solver, RayDual[] rays, float[] start, double response, WorkContext work)
        {
            (_solver, _rays, _order, _work) = (solver, rays, [.. rays], work);
            Image = (float[])start.Clone();
            (_sum, _pull, _gradientPull) = (new float[start.Length], new float[start.Length], new float[start.Length]);
            _gradientDual = new GradientField(start.Length);
            (_step, _gradientStep) = ((float)(1 / response), (float)(GradientShare * response));
            InitialObjective = solver._lambda * solver._gradient.Variation(Image);
            foreach (var subset in rays)
            {
                InitialObjective += subset.Begin(Image, _pull, work);
                TensorPrimitives.Add(_sum, _pull, _sum);
            }

            Array.Clear(_pull);
            _imageInertia = new Inertia(Image);
            _inertias =
            [
                _imageInertia, new(_sum), new(_gradientDual.Down), new(_gradientDual.Right), .. rays.Select(subset => new Inertia(subset.Dual)),
            ];
        }

        public float[] Image { get; }

        /// <summary>The objective of the image to begin with.</summary>
        public double InitialObjective { get; }

        /// <summary>One iteration; returns the length of its step relative to the image's.</summary>
        public double Iterate()
        {
            if (_hasMoved && _rays.Length >= Many) GoOn();
            else _imageInertia.Record();
            _random.Shuffle<RayDual>(_order);
            foreach (var subset in _order) Step(subset);
            _hasMoved = true;
            return _imageInertia.Change();
        }

        public double Objective() =>
            _rays.Sum(subset => subset.Misfit(Image, _work)) + (_solver._lambda * _solver._gradient.Variation(Image));

        // z belongs to the duals, and goes on as they do, once it has what the last step pulled; that step counts for zbar still.
        private void GoOn()
        {
            TensorPrimitives.Add(_sum, _gradientPull, _sum);
            TensorPrimitives.Add(_sum, _pull, _sum);
            Parallel.ForEach(_inertias, _work.Parallel, inertia => inertia.GoOn());
            TensorPrimitives.Subtract(_sum, _gradientPull, _sum);
            TensorPrimitives.Subtract(_sum, _pull, _sum);
        }

        private void Step(RayDual subset)
        {
            _work.ThrowIfCancelled();
            _solver._filter.Apply(_pull, _pull, _work, Gather, Descend);
            subset.Move(Image, _pull, _work);
            _solver._gradient.Ascend(Image, _gradientDual, _gradientPull, _gradientStep, (float)_solver._lambda, _work);
        }

        // z = z + a + g, and zbar = z + n a + g in the place of a, with a and g of the step before.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Gather(int first, int length)
        {
            var sum = _sum.AsSpan(first, length);
            var pull = _pull.AsSpan(first, length);
            var gradientPull = _gradientPull.AsSpan(first, length);
            var count = new Vector<float>(_rays.Length);
            var i = 0;
            for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var (a, g) = (new Vector<float>(pull[i..]), new Vector<float>(gradientPull[i..]));
                var z = new Vector<float>(sum[i..]) + g + a;
                z.CopyTo(sum[i..]);
                ((a * count) + z + g).CopyTo(pull[i..]);
            }

            for (; i < length; i++)
            {
                sum[i] += gradientPull[i] + pull[i];
                pull[i] = (pull[i] * _rays.Length) + sum[i] + gradientPull[i];
            }
        }

        // x = x - T zbar, of e T zbar.
        private void Descend(int first, int length)
        {
            var image = Image.AsSpan(first, length);
            TensorPrimitives.MultiplyAdd(_pull.AsSpan(first, length), -_step, image, image);
        }
    }
}
