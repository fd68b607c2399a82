using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Solvers;

public sealed class RealFacesTests
{
    // What benchmarks/peers/solvers_liblinear.py prints for ten faces of LFW, K = 5, K' = 200, C = 10, at tolerance 1e-6.
    private static readonly double[] Liblinear =
        [20.86988, 13.97343, 23.32474, 48.25062, 7.51721, 10.51872, 6.70151, 11.61259, 17.02595, 18.67915];

    [Fact]
    public void With_all_negatives_of_LFW_no_objective_is_above_liblinears()
    {
        var features = LfwFaces.Features();
        var packed = new PackedRows(features.Dimension);
        packed.Pack(features.Values, features.Count);
        var solver = new WorkingSetSvm(features, packed);
        solver.Clear();
        var found = Enumerable.Range(0, Liblinear.Length).Select(i =>
        {
            var order = TestFeatures.Nearest(features, (int)(i * (features.Count - 1L) / (Liblinear.Length - 1)));
            return solver.Add(
                order.AsSpan(0, 5), order.AsSpan(0, 199), order.AsSpan(199, WorkingSetSvm.FirstNegatives), cost: 10);
        }).ToArray();
        solver.Solve(1e-4, WorkContext.Default);
        for (var i = 0; i < Liblinear.Length; i++)
        {
            Assert.Equal(SolverExit.Converged, found[i].Exit);
            Assert.True(found[i].Objective <= Liblinear[i] * (1 + 1e-5), $"{i}: {found[i].Objective}");
        }
    }
}
