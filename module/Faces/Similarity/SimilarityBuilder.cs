using System.Globalization;
using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Collects what the solvers find, one point at a time and from any thread: the paired rows [w, b, m, 1] and the
/// figures of the report. Each point writes to its own place, and sums are taken in the order of the points, so the
/// bytes do not depend on the threads.
/// </summary>
internal sealed class SimilarityBuilder(FeatureMatrix features, string activity, WorkContext context)
{
    private readonly int _length = 2 * (features.Dimension + 1);
    private readonly float[] _rows = GC.AllocateUninitializedArray<float>(Length(features));

    private readonly int[] _iterations = new int[features.Count];
    private readonly int[] _rounds = new int[features.Count];
    private readonly int[] _neighbourhoods = new int[features.Count];
    private readonly double[] _objectives = new double[features.Count];
    private readonly bool[] _unconverged = new bool[features.Count];
    private readonly bool[] _withoutNegatives = new bool[features.Count];
    private int _done;

    // N rows of 2 (D + 1) values in one array.
    private static int Length(FeatureMatrix features)
    {
        var length = 2L * features.Count * (features.Dimension + 1);
        return length <= Array.MaxLength ? (int)length : throw new InputException(
            "TooManyPoints", FaultKind.NotSupported,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{features.Count} points of {features.Dimension} values make {length} values; ")
            + string.Create(CultureInfo.InvariantCulture, $"{Array.MaxLength} is the most."),
            features.Count);
    }

    /// <summary>The place of w for <paramref name="point"/>, D values.</summary>
    public Span<float> Weights(int point) => _rows.AsSpan(point * _length, features.Dimension);

    /// <summary>Ends a point whose weights were written.</summary>
    /// <param name="point">The point.</param>
    /// <param name="bias">b.</param>
    /// <param name="neighbourhood">The points whose mean is m.</param>
    /// <param name="result">How its solver ended.</param>
    /// <param name="rounds">Rounds of scoring.</param>
    /// <param name="withoutNegatives">Whether it had no negative.</param>
    public void Finish(
        int point, double bias, ReadOnlySpan<int> neighbourhood, SolverResult result, int rounds, bool withoutNegatives)
    {
        var row = _rows.AsSpan(point * _length, _length);
        row[features.Dimension] = (float)bias;
        var mean = row.Slice(features.Dimension + 1, features.Dimension);
        mean.Clear();
        foreach (var member in neighbourhood) TensorPrimitives.Add(mean, features.Row(member), mean);
        TensorPrimitives.Multiply(mean, 1f / neighbourhood.Length, mean);
        row[^1] = 1;
        _iterations[point] = result.Iterations;
        _rounds[point] = rounds;
        _objectives[point] = result.Objective;
        _neighbourhoods[point] = neighbourhood.Length;
        _unconverged[point] = result.Exit != SolverExit.Converged;
        _withoutNegatives[point] = withoutNegatives;
        var done = Interlocked.Increment(ref _done);
        if (done % 256 == 0 || done == features.Count) context.Report(activity, done, features.Count);
    }

    /// <summary>The model, after every point is finished.</summary>
    public SimilarityModel Build(IReadOnlyList<string> warnings)
    {
        foreach (var warning in warnings) context.Verbose?.Invoke(warning);
        var count = Math.Max(features.Count, 1);
        var report = new SolverReport(
            features.Count,
            _unconverged.Count(x => x),
            _iterations.Sum(x => (double)x) / count,
            _rounds.Sum(x => (double)x) / count,
            _objectives.Sum() / count,
            _neighbourhoods.Sum(x => (double)x) / count,
            _neighbourhoods.DefaultIfEmpty().Max(),
            _withoutNegatives.Count(x => x));
        var similarity = new BilinearSimilarity(new FeatureMatrix(_rows, features.Count, _length), Paired: true);
        return new SimilarityModel(similarity, report, warnings);
    }
}
