using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The eigenvectors of the largest eigenvalues of a sparse symmetric matrix with spectrum in [-1, 1], by Chebyshev-filtered
/// subspace iteration (Zhou, Saad, Tiago and Chelikowsky 2006): a block of vectors is multiplied by the Chebyshev
/// polynomial that is small on [-1, c], c the least Ritz value of the block, made orthonormal, and turned to its Ritz
/// vectors. A block finds all vectors of an eigenvalue that many share, as every component of a graph has its own.
/// </summary>
/// <remarks>O(N m) memory and O(N m^2) time a step for m vectors and an m x m eigenproblem; m is k and a guard.</remarks>
internal sealed class LargestEigenvectors
{
    private const int Degree = 16;
    private const double Tolerance = 1e-7;
    private const string Activity = "Eigenvectors";

    private readonly SymmetricGraph _matrix;
    private readonly int _wanted;
    private readonly WorkContext _context;
    private double[][] _block;
    private double[] _values = [];

    private LargestEigenvectors(SymmetricGraph matrix, int wanted, SeededRandom random, WorkContext context)
    {
        (_matrix, _wanted, _context) = (matrix, wanted, context);
        _block = new double[Math.Min(matrix.Count, wanted + Math.Max(8, wanted / 5))][];
        for (var v = 0; v < _block.Length; v++)
        {
            var draws = random.Fork(v);
            _block[v] = new double[matrix.Count];
            for (var i = 0; i < matrix.Count; i++) _block[v][i] = draws.NextGaussian();
        }
    }

    /// <summary>Finds them.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="wanted">k, from 1 to N.</param>
    /// <param name="steps">The most steps.</param>
    /// <param name="random">The generator of the first block.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    /// <returns>k orthonormal vectors by falling eigenvalue, and whether |M v - lambda v| is at most 1e-7 for
    /// each.</returns>
    public static (double[][] Vectors, double[] Values, bool Converged) Find(
        SymmetricGraph matrix, int wanted, int steps, SeededRandom random, WorkContext context)
    {
        var search = new LargestEigenvectors(matrix, wanted, random, context);
        search.Orthonormalize();
        search.Rotate();
        var converged = search.Converged();
        for (var step = 0; step < steps && !converged; step++)
        {
            context.Report(Activity, step, steps);
            search.Filter();
            search.Orthonormalize();
            search.Rotate();
            converged = search.Converged();
        }

        return (search._block[..wanted], search._values[..wanted], converged);
    }

    // T_d of the matrix with [-1, c] mapped to [-1, 1], scaled by its value at 1 against overflow.
    private void Filter()
    {
        var cut = Math.Min(_values[^1], 1 - 1e-9);
        var (half, centre) = ((cut + 1) / 2, (cut - 1) / 2);
        if (half < 1e-6) return;
        var sigma = half / (1 - centre);
        RowParallel.For(_block.Length, _context, v =>
        {
            var (before, now) = (_block[v], new double[_matrix.Count]);
            Multiply(before, now);
            var ratio = sigma;
            for (var i = 0; i < now.Length; i++) now[i] = (now[i] - (centre * before[i])) * ratio / half;
            for (var d = 2; d <= Degree; d++)
            {
                _context.ThrowIfCancelled();
                var next = new double[_matrix.Count];
                Multiply(now, next);
                var fresh = 1 / ((2 / sigma) - ratio);
                for (var i = 0; i < next.Length; i++)
                {
                    next[i] = (2 * fresh / half * (next[i] - (centre * now[i]))) - (ratio * fresh * before[i]);
                }

                (before, now, ratio) = (now, next, fresh);
            }

            _block[v] = now;
        });
    }

    // Gram-Schmidt, twice, so that vectors that are nearly alike become orthogonal, too.
    private void Orthonormalize()
    {
        for (var v = 0; v < _block.Length; v++)
        {
            _context.ThrowIfCancelled();
            for (var pass = 0; pass < 2; pass++)
            {
                var products = new double[v];
                var vector = _block[v];
                RowParallel.For(v, _context, u => products[u] = TensorPrimitives.Dot<double>(_block[u], vector));
                for (var u = 0; u < v; u++) TensorPrimitives.MultiplyAdd(_block[u], -products[u], vector, vector);
                var norm = TensorPrimitives.Norm<double>(vector);
                TensorPrimitives.Divide(vector, norm > 0 ? norm : 1, vector);
            }
        }
    }

    // Rayleigh and Ritz: the vectors of the matrix within the block, by falling value.
    private void Rotate()
    {
        var size = _block.Length;
        var images = new double[size][];
        RowParallel.For(size, _context, v => Multiply(_block[v], images[v] = new double[_matrix.Count]));
        var small = new DenseMatrix(size);
        RowParallel.For(size, _context, v =>
        {
            for (var u = 0; u <= v; u++) small[v, u] = TensorPrimitives.Dot<double>(_block[u], images[v]);
        });
        for (var v = 0; v < size; v++)
        {
            for (var u = 0; u < v; u++) small[u, v] = small[v, u];
        }

        var evd = small.Evd(Symmetricity.Symmetric);
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(v => evd.EigenValues[v].Real)];
        _values = [.. order.Select(v => evd.EigenValues[v].Real)];
        var turned = new double[size][];
        RowParallel.For(size, _context, v =>
        {
            _context.ThrowIfCancelled();
            turned[v] = new double[_matrix.Count];
            for (var u = 0; u < size; u++)
            {
                TensorPrimitives.MultiplyAdd(_block[u], evd.EigenVectors[u, order[v]], turned[v], turned[v]);
            }
        });
        _block = turned;
    }

    private bool Converged()
    {
        if (_block.Length == _matrix.Count) return true;
        var image = new double[_matrix.Count];
        for (var v = 0; v < _wanted; v++)
        {
            Multiply(_block[v], image);
            TensorPrimitives.MultiplyAdd(_block[v], -_values[v], image, image);
            if (TensorPrimitives.Norm<double>(image) > Tolerance) return false;
        }

        return true;
    }

    private void Multiply(double[] vector, double[] image)
    {
        for (var i = 0; i < image.Length; i++)
        {
            var others = _matrix.Others(i);
            var weights = _matrix.Weights(i);
            var sum = 0.0;
            for (var at = 0; at < others.Length; at++) sum += weights[at] * vector[others[at]];
            image[i] = sum;
        }
    }
}
