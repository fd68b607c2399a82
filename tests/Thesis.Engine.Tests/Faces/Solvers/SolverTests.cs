using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Solvers;

public sealed class SolverTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Of(string kind)
    {
        var names = new TheoryData<string>();
        foreach (var problem in SolverProblem.Names().Where(p => p.Kind == kind)) names.Add(problem.Name);
        return names;
    }

    [Theory]
    [MemberData(nameof(Of), "squared hinge")]
    public void The_squared_hinge_svm_is_liblinears_optimum(string name)
    {
        var problem = SolverProblem.Named("squared hinge", name);
        var n = problem.Features.Count;
        var kernel = problem.Kernel();
        var beta = new double[n];
        var (positive, negative) = Costs(problem, n);
        var result = new SquaredHingeSvm().Solve(kernel, problem.Positives, positive, negative, beta, Stop);
        var weights = new float[problem.Dimension];
        kernel.Combine(beta, 1, weights);
        Assert.Equal(SolverExit.Converged, result.Exit);
        Assert.InRange(result.Iterations, 1, 15);
        Assert.Equal(problem.Objective, result.Objective, problem.Objective * 2e-6);
        AssertClose(problem.Decision, problem.Evaluate(weights, beta.Sum()), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Of), "squared hinge")]
    public void The_squared_hinge_svm_meets_the_optimality_conditions(string name)
    {
        // u = sum beta z is optimal exactly when beta_k = 2 C_k y_k max(0, 1 - y_k u.z_k).
        var problem = SolverProblem.Named("squared hinge", name);
        var n = problem.Features.Count;
        var kernel = problem.Kernel();
        var beta = new double[n];
        var (positive, negative) = Costs(problem, n);
        new SquaredHingeSvm().Solve(kernel, problem.Positives, positive, negative, beta, Stop);
        var values = new double[n];
        kernel.Multiply(beta, values);
        for (var k = 0; k < n; k++)
        {
            var (label, cost) = k < problem.Positives ? (1, positive) : (-1, negative);
            var violation = Math.Max(0, 1 - (label * (values[k] + beta.Sum())));
            Assert.Equal(2 * cost * label * violation, beta[k], 1e-6 * cost);
        }
    }

    [Theory]
    [MemberData(nameof(Of), "one-class")]
    public void The_one_class_svm_is_libsvms_optimum(string name)
    {
        var problem = SolverProblem.Named("one-class", name);
        var centre = new float[problem.Dimension];
        var result = new OneClassSvm().Solve(problem.Kernel(), problem.Nu, 1e-6, centre, out var rho, Stop);
        Assert.Equal(SolverExit.Converged, result.Exit);
        Assert.Equal(problem.Objective, result.Objective, 1e-6);
        AssertClose(problem.Decision, problem.Evaluate(centre, -rho), 2e-6);
    }

    [Theory]
    [MemberData(nameof(Of), "soft margin")]
    public void The_soft_margin_svm_is_libsvms_optimum(string name)
    {
        var problem = SolverProblem.Named("soft margin", name);
        var weights = new float[problem.Dimension];
        var result = new SoftMarginSvm().Solve(
            problem.Kernel(), problem.Positives, problem.Cost, 1e-6, weights, out var rho, Stop);
        Assert.Equal(SolverExit.Converged, result.Exit);
        Assert.Equal(problem.Objective, result.Objective, Math.Abs(problem.Objective) * 2e-6);
        AssertClose(problem.Decision, problem.Evaluate(weights, -rho), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Of), "soft margin")]
    public void The_soft_margin_svm_has_no_duality_gap(string name)
    {
        var problem = SolverProblem.Named("soft margin", name);
        var weights = new float[problem.Dimension];
        var result = new SoftMarginSvm().Solve(
            problem.Kernel(), problem.Positives, problem.Cost, 1e-6, weights, out var rho, Stop);
        var primal = 0.5 * weights.Sum(w => (double)w * w);
        var values = problem.Evaluate(weights, -rho);
        for (var k = 0; k < values.Length; k++)
        {
            primal += problem.Cost * Math.Max(0, 1 - ((k < problem.Positives ? 1 : -1) * values[k]));
        }

        Assert.Equal(-result.Objective, primal, primal * 1e-5);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.5)]
    [InlineData(2, 1.0)]
    [InlineData(7, 1.0)]
    public void A_one_class_svm_without_free_points_takes_the_finite_side(int count, double nu)
    {
        var features = TestFeatures.Random(count, 5, seed: 3);
        var kernel = new KernelRows(5);
        kernel.Load(features, Enumerable.Range(0, count).ToArray());
        var centre = new float[5];
        var result = new OneClassSvm().Solve(kernel, nu, 1e-8, centre, out var rho, Stop);
        Assert.Equal(SolverExit.Converged, result.Exit);
        Assert.True(double.IsFinite(rho));
        var inside = Enumerable.Range(0, count).Count(i => Dot(centre, features.Row(i)) >= rho - 1e-6);
        Assert.InRange(inside, 1, count);
        if (count == 1) Assert.Equal(1, rho, 1e-6);
    }

    [Fact]
    public void Points_that_are_all_the_same_are_solved()
    {
        var features = new FeatureMatrix([.. Enumerable.Repeat(new[] { 0.6f, 0.8f }, 6).SelectMany(x => x)], 6, 2);
        var kernel = new KernelRows(2);
        kernel.Load(features, [0, 1, 2, 3, 4, 5]);
        var centre = new float[2];
        Assert.Equal(SolverExit.Converged, new OneClassSvm().Solve(kernel, 0.5, 1e-6, centre, out var rho, Stop).Exit);
        Assert.Equal(1, rho, 1e-6);
        var result = new SquaredHingeSvm().Solve(kernel, 2, 10, 10, new double[6], Stop);
        Assert.Equal(SolverExit.Converged, result.Exit);
        Assert.True(double.IsFinite(result.Objective));
    }

    [Fact]
    public void A_kernel_too_large_for_its_gram_matrix_gives_the_same_sphere()
    {
        var count = KernelRows.GramLimit + 40;
        var features = TestFeatures.Clustered(count, 12, clusters: 1, spread: 0.4, seed: 5);
        var all = Enumerable.Range(0, count).ToArray();
        var kept = new KernelRows(12);
        kept.Load(features, all);
        var whole = new KernelRows(12);
        whole.Load(features, all, whole: true);
        var (first, second) = (new float[12], new float[12]);
        new OneClassSvm().Solve(kept, 0.5, 1e-5, first, out var rho, Stop);
        new OneClassSvm().Solve(whole, 0.5, 1e-5, second, out var expected, Stop);
        Assert.Equal(expected, rho, 1e-6);
        for (var k = 0; k < 12; k++) Assert.Equal(second[k], first[k], 1e-5f);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void The_working_set_reaches_the_optimum_over_all_negatives(int positives)
    {
        const int excluded = 20;
        var features = TestFeatures.Clustered(900, 16, clusters: 60, spread: 0.35, seed: 8);
        var packed = new PackedRows(16);
        packed.Pack(features.Values, features.Count);
        var solver = new WorkingSetSvm(features, packed);
        int[] samples = [5, 17, 300];
        solver.Clear();
        var found = samples.Select(i =>
        {
            var order = TestFeatures.Nearest(features, i);
            return solver.Add(
                order.AsSpan(0, positives), order.AsSpan(0, excluded),
                order.AsSpan(excluded, WorkingSetSvm.FirstNegatives), cost: 10);
        }).ToArray();
        solver.Solve(1e-4, WorkContext.Default);
        for (var s = 0; s < samples.Length; s++)
        {
            var order = TestFeatures.Nearest(features, samples[s]);
            int[] members = [.. order[..positives], .. order[excluded..]];
            var kernel = new KernelRows(16);
            kernel.Load(features, members, whole: true);
            var beta = new double[members.Length];
            var total = 10.0 * members.Length;
            var expected = new SquaredHingeSvm().Solve(
                kernel, positives, total / positives, total / (members.Length - positives), beta, Stop);
            var weights = new float[16];
            kernel.Combine(beta, 1, weights);
            Assert.Equal(SolverExit.Converged, found[s].Exit);
            Assert.True(found[s].WorkingSet < members.Length);
            Assert.Equal(expected.Objective, found[s].Objective, 1e-4 * expected.Objective);
            for (var k = 0; k < 16; k++) Assert.Equal(weights[k], found[s].Weights[k], 2e-3f);
        }
    }

    private static (double Positive, double Negative) Costs(SolverProblem problem, int n) =>
        (problem.Cost * n / problem.Positives, problem.Cost * n / (n - problem.Positives));

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++) sum += (double)a[k] * b[k];
        return sum;
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }
}
