using MathNet.Numerics.LinearAlgebra;
using Thesis.Engine.Faces;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Solvers;

public sealed class CholeskyFactorTests
{
    // What lies outside of the upper half and the right side is no number, and is not looked at.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(53)]
    public void The_solution_is_that_of_a_library(int count)
    {
        var random = new Random(count);
        var draws = Matrix<double>.Build.Dense(count, count, (_, _) => random.NextDouble() - 0.5);
        var matrix = draws.TransposeThisAndMultiply(draws) + Matrix<double>.Build.DenseIdentity(count);
        var right = Vector<double>.Build.Dense(count, _ => random.NextDouble() - 0.5);
        var stride = CholeskyFactor.Stride(count);
        var system = new double[count * stride];
        Array.Fill(system, double.NaN);
        for (var i = 0; i < count; i++)
        {
            for (var j = i; j < count; j++) system[(i * stride) + j] = matrix[i, j];
            system[(i * stride) + count] = right[i];
        }

        var solution = new double[count];
        CholeskyFactor.Solve(system, solution, CancellationToken.None);
        var expected = matrix.Cholesky().Solve(right);
        for (var i = 0; i < count; i++) Assert.Equal(expected[i], solution[i], 1e-12 * (1 + Math.Abs(expected[i])));
    }

    [Fact]
    public void A_cancelled_solver_stops()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => CholeskyFactor.Solve(new double[16], new double[2], stop.Token));
    }
}
