using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Minimises || W (A x - b) ||^2 + lambda TV(x), with W keeping some rows of A and dropping the others, by the stochastic
/// primal-dual method of Chambolle, Ehrhardt, Richtarik and Schoenlieb (2018) with the diagonal steps of Pock and
/// Chambolle (2011). The rows of A come in n subsets A_i. A step draws one of them and moves its dual p_i, and the dual q
/// of the gradient:
/// <code>
/// x = x - t zbar,   t = 1 / (r (n max_i (column sums of W A_i) + 4))
/// p_i = (p_i + s W (A_i x - b_i)) / (1 + s / 2),   s = r / (row sums of A_i)
/// q = project(q + r grad x / 2) onto |q| at most lambda, pixel by pixel
/// z = z + a + g,   zbar = z + n a + g,   a = A_i^T W (change of p_i),   g = grad^T (change of q)
/// </code>
/// TV is isotropic, by forward differences that are 0 at the last row and column. A must have no negative entry. An
/// iteration is n steps: it applies A and A^T once in all, and with 40 subsets it does what a dozen iterations of all
/// rows together do. The draws are those of one seed.
/// </summary>
internal sealed class PrimalDualSolver
{
    private const long Seed = 1;

    // r: longer dual steps and shorter primal ones, by the same factor. Of 1, 3, 5, 10, 30 and 100 at 416 x 416 pixels
    // with the largest metal, 1 still swings after 12 iterations, and from 10 on the image moves slowly.
    private const float Balance = 3;

    // Row sums of |grad| are 2, column sums 4 at most.
    private const float GradientRows = 2;
    private const float GradientColumns = 4;

    private readonly IReadOnlyList<LinearOperator<float>> _subsets;
    private readonly double _lambda;
    private readonly TotalVariationOptions _options;
    private readonly ForwardDifferences _gradient;

    /// <summary>Creates a solver.</summary>
    /// <param name="subsets">The A_i.</param>
    /// <param name="rows">Rows of the image.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="lambda">The weight of the total variation.</param>
    /// <param name="options">Iterations and tolerance.</param>
    public PrimalDualSolver(
        IReadOnlyList<LinearOperator<float>> subsets, int rows, int columns, double lambda, TotalVariationOptions options)
    {
        _subsets = subsets;
        _lambda = lambda;
        _options = options;
        _gradient = new ForwardDifferences(rows, columns);
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
        var rays = new RayDual[_subsets.Count];
        for (var i = 0; i < rays.Length; i++) rays[i] = new RayDual(_subsets[i], measured[i], isUsed[i], start.Length, work);
        var state = new State(this, rays, start, work);
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

    /// <summary>A subset of the rays with its dual variable.</summary>
    private sealed class RayDual
    {
        private readonly LinearOperator<float> _projection;
        private readonly float[] _measured;
        private readonly float[] _weights;
        private readonly float[] _steps;
        private readonly float[] _shrinkage;
        private readonly float[] _dual;
        private readonly float[] _projected;
        private readonly float[] _change;

        public RayDual(
            LinearOperator<float> projection, float[] measured, bool[] isUsed, int pixels, WorkContext work)
        {
            (_projection, _measured) = (projection, measured);
            _weights = Array.ConvertAll(isUsed, used => used ? 1f : 0f);
            (_dual, _projected, _change) = (new float[measured.Length], new float[measured.Length], new float[measured.Length]);
            var ones = new float[pixels];
            Array.Fill(ones, 1f);
            projection.Apply(ones, _projected, work);

            // A ray that misses the image has no row: any step will do.
            _steps = Array.ConvertAll(_projected, sum => sum > 0 ? Balance / sum : 1f);
            _shrinkage = Array.ConvertAll(_steps, step => 1 / (1 + (0.5f * step)));
        }

        /// <summary>The sums of the columns of W A_i.</summary>
        public void ColumnSums(float[] sums, WorkContext work) => _projection.ApplyAdjoint(_weights, sums, work);

        /// <summary>
        /// Takes the dual optimum of an image; <paramref name="pull"/> becomes A_i^T W p_i. Returns || W (A_i x - b_i) ||^2.
        /// </summary>
        public double Begin(float[] image, float[] pull, WorkContext work)
        {
            var misfit = Misfit(image, work);
            TensorPrimitives.Multiply(_projected, 2f, _dual);
            _projection.ApplyAdjoint(_dual, pull, work);
            return misfit;
        }

        /// <summary>Moves the dual; <paramref name="pull"/> becomes A_i^T W (change of p_i).</summary>
        public void Move(float[] image, float[] pull, WorkContext work)
        {
            Residual(image, work);

            // moved = (p + s residual) / (1 + s / 2). A ray that is not used keeps the dual 0.
            TensorPrimitives.MultiplyAdd(_projected, _steps, _dual, _projected);
            TensorPrimitives.Multiply(_projected, _shrinkage, _projected);
            TensorPrimitives.Subtract(_projected, _dual, _change);
            _projected.CopyTo(_dual, 0);

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

    /// <summary>The iterates and what they need.</summary>
    private sealed class State
    {
        private const int Chunk = 8192;

        private readonly PrimalDualSolver _solver;
        private readonly RayDual[] _rays;
        private readonly WorkContext _work;
        private readonly SeededRandom _random = new(Seed);
        private readonly float[] _pixelSteps;
        private readonly float[] _before;
        private readonly float[] _sum;
        private readonly float[] _pull;
        private readonly float[] _gradientPull;
        private GradientField _gradientDual;
        private GradientField _spareDual;

        public State(PrimalDualSolver solver, RayDual[] rays, float[] start, WorkContext work)
        {
            (_solver, _rays, _work) = (solver, rays, work);
            Image = (float[])start.Clone();
            (_before, _sum) = (new float[start.Length], new float[start.Length]);
            (_pull, _gradientPull) = (new float[start.Length], new float[start.Length]);
            (_gradientDual, _spareDual) = (new GradientField(start.Length), new GradientField(start.Length));
            _pixelSteps = PixelSteps();
            InitialObjective = solver._lambda * solver._gradient.Variation(Image);
            foreach (var subset in rays)
            {
                InitialObjective += subset.Begin(Image, _pull, work);
                TensorPrimitives.Add(_sum, _pull, _sum);
            }

            Array.Clear(_pull);
        }

        public float[] Image { get; }

        /// <summary>The objective of the image to begin with.</summary>
        public double InitialObjective { get; }

        /// <summary>One iteration; returns the length of its step relative to the image's.</summary>
        public double Iterate()
        {
            Image.CopyTo(_before, 0);
            for (var step = 0; step < _rays.Length; step++) Step(_rays[(int)(_random.NextDouble() * _rays.Length)]);
            var length = TensorPrimitives.SumOfSquares<float>(Image);
            TensorPrimitives.Subtract(Image, _before, _before);
            return Math.Sqrt(TensorPrimitives.SumOfSquares<float>(_before) / Math.Max(length, float.Epsilon));
        }

        public double Objective() =>
            _rays.Sum(subset => subset.Misfit(Image, _work)) + (_solver._lambda * _solver._gradient.Variation(Image));

        private void Step(RayDual subset)
        {
            _work.ThrowIfCancelled();
            Parallel.For(0, (Image.Length + Chunk - 1) / Chunk, _work.Parallel, chunk => Descend(chunk * Chunk));
            subset.Move(Image, _pull, _work);
            _solver._gradient.Ascend(
                Image, _gradientDual, _spareDual, _gradientPull, Balance / GradientRows, (float)_solver._lambda, _work);
            (_gradientDual, _spareDual) = (_spareDual, _gradientDual);
        }

        // z = z + a + g; x = x - t (z + n a + g), with a and g of the step before.
        private void Descend(int first)
        {
            var length = Math.Min(Chunk, Image.Length - first);
            var image = Image.AsSpan(first, length);
            var steps = _pixelSteps.AsSpan(first, length);
            var sum = _sum.AsSpan(first, length);
            var pull = _pull.AsSpan(first, length);
            var gradientPull = _gradientPull.AsSpan(first, length);
            TensorPrimitives.Add(sum, gradientPull, sum);
            TensorPrimitives.Add(sum, pull, sum);
            TensorPrimitives.MultiplyAdd(pull, _rays.Length, sum, pull);
            TensorPrimitives.Add(pull, gradientPull, pull);
            TensorPrimitives.Multiply(pull, steps, pull);
            TensorPrimitives.Subtract(image, pull, image);
        }

        private float[] PixelSteps()
        {
            var most = new float[Image.Length];
            foreach (var subset in _rays)
            {
                subset.ColumnSums(_pull, _work);
                TensorPrimitives.Max(most, _pull, most);
            }

            return Array.ConvertAll(most, sum => 1 / (Balance * ((_rays.Length * sum) + GradientColumns)));
        }
    }
}
