using System.Runtime.InteropServices;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// The SVM (2.7) of a block of samples with ALL other points as negatives but an excluded few, solved exactly without
/// ever holding all of them: solve on a working set that starts with the nearest negatives, score every negative by
/// one matrix product for the whole block, add the worst violators, and repeat. No negative outside the working set
/// scores above -1 + tolerance at the end, so none of them bears on the optimum. One object a thread.
/// </summary>
internal sealed class WorkingSetSvm(FeatureMatrix features, PackedRows packed)
{
    /// <summary>Samples solved side by side.</summary>
    public const int BlockSize = 32;

    /// <summary>The nearest negatives a working set starts with.</summary>
    public const int FirstNegatives = 96;

    private const int AddedNegatives = 64;
    private const int RoundLimit = 30;

    private readonly KernelRows _kernel = new(features.Dimension);
    private readonly SquaredHingeSvm _solver = new();
    private readonly Sample[] _samples = [.. Enumerable.Range(0, BlockSize).Select(_ => new Sample())];
    private readonly Sample[] _open = new Sample[BlockSize];
    private readonly float[] _weights = new float[BlockSize * features.Dimension];
    private readonly float[] _scores = new float[BlockSize * packed.Columns];
    private readonly int[] _violators = new int[AddedNegatives];
    private readonly float[] _violations = new float[AddedNegatives];
    private int _openCount;

    /// <summary>Begins a block: no samples.</summary>
    public void Clear() => _openCount = 0;

    /// <summary>Adds a sample to the block.</summary>
    /// <param name="positives">The positives.</param>
    /// <param name="excluded">The points that are no negatives; it holds the positives.</param>
    /// <param name="nearest">The negatives to begin with, the nearest first.</param>
    /// <param name="cost">C; C_p and C_n follow from the sizes of the whole sets.</param>
    /// <returns>Its solution, filled by <see cref="Solve"/>.</returns>
    public Solution Add(ReadOnlySpan<int> positives, ReadOnlySpan<int> excluded, ReadOnlySpan<int> nearest, double cost)
    {
        var negatives = features.Count - excluded.Length;
        var total = (double)positives.Length + negatives;
        var sample = _samples[_openCount];
        sample.Positives = positives.Length;
        sample.PositiveCost = cost * total / positives.Length;
        sample.NegativeCost = negatives == 0 ? 0 : cost * total / negatives;
        sample.Excluded.Clear();
        sample.Excluded.AddRange(excluded);
        sample.Members.Clear();
        sample.Members.AddRange(positives);
        sample.Members.AddRange(nearest);
        sample.Beta = [];
        sample.Solution = new Solution { Weights = new float[features.Dimension] };
        _open[_openCount++] = sample;
        return sample.Solution;
    }

    /// <summary>Solves the block.</summary>
    /// <param name="tolerance">How far above -1 a negative outside the working set may score.</param>
    /// <param name="context">Cancellation.</param>
    public void Solve(double tolerance, WorkContext context)
    {
        for (var round = 1; _openCount > 0; round++)
        {
            context.ThrowIfCancelled();
            for (var i = 0; i < _openCount; i++) SolveWorkingSet(_open[i], i, context.Cancellation);
            Score();
            var stillOpen = 0;
            for (var i = 0; i < _openCount; i++)
            {
                var sample = _open[i];
                sample.Solution.Rounds = round;
                var found = FindViolators(sample, i, (float)(tolerance - 1));
                if (found == 0) continue;
                sample.Solution.Exit = SolverExit.IterationLimit;
                if (round == RoundLimit) continue;
                sample.Members.AddRange(_violators.AsSpan(0, found));
                _open[stillOpen++] = sample;
            }

            _openCount = stillOpen;
        }
    }

    private void SolveWorkingSet(Sample sample, int slot, CancellationToken cancellation)
    {
        var members = CollectionsMarshal.AsSpan(sample.Members);
        _kernel.Load(features, members, whole: true);

        // The last solution is the start: the points added since have no share in it yet.
        var warm = sample.Beta;
        if (warm.Length < members.Length) Array.Resize(ref warm, members.Length);
        sample.Beta = warm;
        var result = _solver.Solve(
            _kernel, sample.Positives, sample.PositiveCost, sample.NegativeCost, warm, cancellation);
        var solution = sample.Solution;
        solution.Exit = result.Exit;
        solution.Iterations += result.Iterations;
        solution.Objective = result.Objective;
        solution.WorkingSet = members.Length;
        solution.Bias = 0;
        foreach (var coefficient in warm) solution.Bias += coefficient;
        _kernel.Combine(warm, 1, solution.Weights);
        solution.Weights.CopyTo(_weights.AsSpan(slot * features.Dimension));
    }

    private void Score()
    {
        var rows = (_openCount + PackedRows.RowGroup - 1) / PackedRows.RowGroup * PackedRows.RowGroup;
        packed.Multiply(_weights, rows, _scores);
    }

    // The negatives with the largest scores above the limit, at most AddedNegatives of them.
    private int FindViolators(Sample sample, int slot, float limit)
    {
        var scores = _scores.AsSpan(slot * packed.Columns, features.Count);
        foreach (var point in sample.Excluded) scores[point] = float.NegativeInfinity;
        foreach (var point in sample.Members) scores[point] = float.NegativeInfinity;
        return LargestValues.Above(
            scores, (float)(limit - sample.Solution.Bias), float.PositiveInfinity, _violators, _violations);
    }

    /// <summary>What was found for one sample.</summary>
    internal sealed class Solution
    {
        /// <summary>w.</summary>
        public required float[] Weights { get; init; }

        /// <summary>b.</summary>
        public double Bias { get; set; }

        /// <summary>Why the solver ended.</summary>
        public SolverExit Exit { get; set; }

        /// <summary>Newton steps over all rounds.</summary>
        public int Iterations { get; set; }

        /// <summary>Rounds of scoring.</summary>
        public int Rounds { get; set; }

        /// <summary>Points in the last working set.</summary>
        public int WorkingSet { get; set; }

        /// <summary>The value of (2.7).</summary>
        public double Objective { get; set; }
    }

    private sealed class Sample
    {
        public List<int> Excluded { get; } = [];

        public List<int> Members { get; } = [];

        public double[] Beta { get; set; } = [];

        public Solution Solution { get; set; } = null!;

        public int Positives { get; set; }

        public double PositiveCost { get; set; }

        public double NegativeCost { get; set; }
    }
}
