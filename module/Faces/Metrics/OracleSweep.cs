using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// BCubed precision and recall of all N - 1 cuts of a tree, exactly, in O(N log N): the identities of a cluster are
/// counted in a table, and a merge moves the smaller table into the larger. Only identities that both parts hold change
/// the sums: with n_a, n_b points of identity l, n_cl^2 grows by 2 n_a n_b.
/// </summary>
public static class OracleSweep
{
    /// <summary>Scores all cuts.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="identities">One number a point; negative where the identity is unknown, and it is not counted.</param>
    /// <param name="context">Cancellation.</param>
    /// <exception cref="InputException">
    /// <c>IdentityCountMismatch</c>: the lengths differ; <c>IdentityMissing</c>: no identity is known.
    /// </exception>
    public static OracleCurve Run(Dendrogram tree, ReadOnlySpan<int> identities, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(context);
        if (identities.Length != tree.Count)
        {
            throw new InputException(
                "IdentityCountMismatch", FaultKind.InvalidData,
                $"The tree has {tree.Count} points, and there are {identities.Length} identities.");
        }

        var sweep = new Sweep(tree.Count, identities);
        var cuts = new List<CutScore> { sweep.Score(0, double.NegativeInfinity) };
        for (var t = 0; t < tree.Merges; t++)
        {
            if ((t & 0xfff) == 0) context.ThrowIfCancelled();
            sweep.Merge(tree.Left[t], tree.Right[t], tree.Count + t);
            var last = t + 1 == tree.Merges || tree.Height[t + 1] > tree.Height[t];
            if (last) cuts.Add(sweep.Score(t + 1, tree.Height[t]));
        }

        return new OracleCurve(cuts);
    }

    private sealed class Sweep
    {
        private readonly int _count;
        private readonly int _known;
        private readonly int[] _identitySizes;
        private readonly Dictionary<int, int>?[] _tables;
        private readonly int[] _sizes;
        private readonly double[] _squares;
        private double _precision;
        private double _recall;

        public Sweep(int count, ReadOnlySpan<int> identities)
        {
            _count = count;
            _tables = new Dictionary<int, int>?[2 * count];
            _sizes = new int[2 * count];
            _squares = new double[2 * count];
            _identitySizes = new int[Largest(identities) + 1];
            foreach (var identity in identities)
            {
                if (identity < 0) continue;
                _identitySizes[identity]++;
                _known++;
            }

            if (_known == 0) throw new InputException("IdentityMissing", FaultKind.InvalidData, "No identity is known.");
            for (var i = 0; i < count; i++)
            {
                _tables[i] = [];
                if (identities[i] < 0) continue;
                _tables[i]!.Add(identities[i], 1);
                _sizes[i] = 1;
                _squares[i] = 1;
                _precision++;
                _recall += 1.0 / _identitySizes[identities[i]];
            }
        }

        public void Merge(int left, int right, int whole)
        {
            var (large, small) = (_tables[left]!, _tables[right]!);
            if (large.Count < small.Count) (large, small) = (small, large);
            var gained = 0.0;
            foreach (var (identity, count) in small)
            {
                ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(large, identity, out _);
                var both = 2.0 * sum * count;
                gained += both;
                _recall += both / _identitySizes[identity];
                sum += count;
            }

            _tables[left] = _tables[right] = null;
            _tables[whole] = large;
            _sizes[whole] = _sizes[left] + _sizes[right];
            _squares[whole] = _squares[left] + _squares[right] + gained;
            _precision += Purity(whole) - Purity(left) - Purity(right);
        }

        public CutScore Score(int merges, double threshold) =>
            new(merges, threshold, _count - merges, _precision / _known, _recall / _known);

        private double Purity(int cluster) => _sizes[cluster] == 0 ? 0 : _squares[cluster] / _sizes[cluster];

        private static int Largest(ReadOnlySpan<int> identities)
        {
            var largest = -1;
            foreach (var identity in identities) largest = Math.Max(largest, identity);
            return largest;
        }
    }
}
