using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Minimises || W (A x - b) ||^2 + lambda TV(x), with W keeping some rows of A and dropping the others, by the
/// primal-dual method of Chambolle and Pock (2011) with the diagonal steps of Pock and Chambolle (2011):
/// <code>
/// p = (p + s (W A xbar - b)) / (1 + s / 2),   s = r / (row sums of A)
/// q = project(q + r grad xbar / 2) onto |q| at most lambda, pixel by pixel
/// x = x - t (A^T W p + grad^T q),             t = 1 / (r (column sums of W A + 4))
/// xbar = 2 x - (x of before)
/// </code>
/// TV is isotropic, by forward differences that are 0 at the last row and column. A must have no negative entry. Each
/// iteration applies A once and A^T once; A xbar follows from A x.
/// </summary>
internal sealed class PrimalDualSolver
{
    // r: longer dual steps and shorter primal ones, by the same factor. Of 1, 3, 10 and 100 at 416 x 416 pixels, 1
    // swings for tens of iterations where the metal is large, and from 10 on the image moves slowly.
    private const float Balance = 3;

    // Row sums of |grad| are 2, column sums 4 at most.
    private const float GradientStep = 0.5f * Balance;
    private const float GradientColumns = 4;

    private readonly LinearOperator<float> _projection;
    private readonly TotalVariationOptions _options;
    private readonly ForwardDifferences _gradient;

    public PrimalDualSolver(LinearOperator<float> projection, int rows, int columns, TotalVariationOptions options)
    {
        _projection = projection;
        _options = options;
        _gradient = new ForwardDifferences(rows, columns);
    }

    /// <summary>Solves for one image.</summary>
    /// <param name="measured">b.</param>
    /// <param name="isUsed">The diagonal of W.</param>
    /// <param name="start">The image to begin with.</param>
    /// <param name="work">Cancellation, progress, threads.</param>
    /// <param name="onIteration">Is told the objective after each iteration.</param>
    public (float[] Image, IterationReport Report) Solve(
        float[] measured, bool[] isUsed, float[] start, WorkContext work, Action<double>? onIteration = null)
    {
        var state = new State(this, measured, isUsed, start, work);
        var initial = state.Objective();
        var change = double.PositiveInfinity;
        var iterations = 0;
        while (iterations < _options.Iterations && change > _options.Tolerance)
        {
            work.ThrowIfCancelled();
            work.Report("Total variation", iterations, _options.Iterations);
            change = state.Iterate();
            iterations++;
            onIteration?.Invoke(state.Objective());
        }

        var exit = change <= _options.Tolerance ? IterationExit.Converged : IterationExit.IterationLimit;
        return (state.Image, new IterationReport(exit, iterations, initial, state.Objective(), change));
    }

    /// <summary>The iterates and what they need.</summary>
    private sealed class State
    {
        private readonly PrimalDualSolver _solver;
        private readonly WorkContext _work;
        private readonly float[] _measured;
        private readonly float[] _weights;
        private readonly float[] _raySteps;
        private readonly float[] _pixelSteps;
        private readonly float[] _rayDual;
        private readonly float[] _downDual;
        private readonly float[] _rightDual;
        private readonly float[] _bar;
        private readonly float[] _pull;
        private float[] _projected;
        private float[] _projectedBefore;

        public State(PrimalDualSolver solver, float[] measured, bool[] isUsed, float[] start, WorkContext work)
        {
            (_solver, _work, _measured) = (solver, work, measured);
            _weights = Array.ConvertAll(isUsed, used => used ? 1f : 0f);
            Image = (float[])start.Clone();
            _bar = (float[])start.Clone();
            _pull = new float[start.Length];
            (_downDual, _rightDual) = (new float[start.Length], new float[start.Length]);
            _projected = Project(Image);
            _projectedBefore = (float[])_projected.Clone();
            _raySteps = RaySteps();
            _pixelSteps = PixelSteps();

            // The dual optimum of the data term at the first image.
            _rayDual = new float[measured.Length];
            TensorPrimitives.Subtract(_projected, measured, _rayDual);
            TensorPrimitives.Multiply(_rayDual, 2f, _rayDual);
            TensorPrimitives.Multiply(_rayDual, _weights, _rayDual);
        }

        public float[] Image { get; }

        /// <summary>One iteration; returns the length of its step relative to the image's.</summary>
        public double Iterate()
        {
            MoveRayDual();
            _solver._gradient.AscendAndProject(_bar, _downDual, _rightDual, GradientStep, (float)_solver._options.Lambda);
            _solver._projection.ApplyAdjoint(_rayDual, _pull, _work);
            _solver._gradient.AddAdjoint(_downDual, _rightDual, _pull);
            TensorPrimitives.Multiply(_pull, _pixelSteps, _pull);
            var (step, length) = (TensorPrimitives.SumOfSquares<float>(_pull), TensorPrimitives.SumOfSquares<float>(Image));
            TensorPrimitives.Subtract(Image, _pull, Image);
            TensorPrimitives.Subtract(Image, _pull, _bar);
            (_projected, _projectedBefore) = (_projectedBefore, _projected);
            _solver._projection.Apply(Image, _projected, _work);
            return Math.Sqrt(step / Math.Max(length, float.Epsilon));
        }

        public double Objective()
        {
            var data = 0.0;
            for (var i = 0; i < _measured.Length; i++)
            {
                var residual = _weights[i] * ((double)_projected[i] - _measured[i]);
                data += residual * residual;
            }

            return data + (_solver._options.Lambda * _solver._gradient.Variation(Image));
        }

        // A xbar = 2 A x - A (x of before); a ray that is not used keeps the dual 0.
        private void MoveRayDual()
        {
            for (var i = 0; i < _rayDual.Length; i++)
            {
                var residual = (2 * _projected[i]) - _projectedBefore[i] - _measured[i];
                var step = _raySteps[i];
                _rayDual[i] = (_rayDual[i] + (step * _weights[i] * residual)) / (1 + (0.5f * step));
            }
        }

        private float[] RaySteps()
        {
            var ones = new float[Image.Length];
            Array.Fill(ones, 1f);

            // A ray that misses the image has no row: any step will do.
            return Array.ConvertAll(Project(ones), sum => sum > 0 ? Balance / sum : 1f);
        }

        private float[] PixelSteps()
        {
            var sums = new float[Image.Length];
            _solver._projection.ApplyAdjoint(_weights, sums, _work);
            return Array.ConvertAll(sums, sum => 1 / (Balance * (Math.Max(sum, 0) + GradientColumns)));
        }

        private float[] Project(float[] image)
        {
            var result = new float[_measured.Length];
            _solver._projection.Apply(image, result, _work);
            return result;
        }
    }
}
