using System.Runtime.CompilerServices;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;

namespace Thesis.Engine.Tests.Faces.Solvers;

/// <summary>A problem of tests/data/solvers/solvers.json with a peer's solution.</summary>
public sealed record SolverProblem(
    string Name, string Kind, int Dimension, float[] Points, int Positives, double Cost, double Nu, double Objective,
    double[] Decision)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    public FeatureMatrix Features => new(Points, Points.Length / Dimension, Dimension);

    public static SolverProblem Named(string kind, string name) =>
        All().Single(problem => problem.Kind == kind && problem.Name == name);

    public static IEnumerable<(string Kind, string Name)> Names() => All().Select(p => (p.Kind, p.Name));

    internal KernelRows Kernel()
    {
        var kernel = new KernelRows(Dimension);
        kernel.Load(Features, Enumerable.Range(0, Features.Count).ToArray());
        return kernel;
    }

    /// <summary>w.z + b for every point, in float64.</summary>
    public double[] Evaluate(ReadOnlySpan<float> weights, double bias)
    {
        var values = new double[Features.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = bias;
            for (var k = 0; k < Dimension; k++) values[i] += (double)weights[k] * Points[(i * Dimension) + k];
        }

        return values;
    }

    private static SolverProblem[] All([CallerFilePath] string source = "")
    {
        var tests = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../../.."));
        return JsonSerializer.Deserialize<SolverProblem[]>(
            File.ReadAllText(Path.Combine(tests, "data", "solvers", "solvers.json")), Json)!;
    }
}
