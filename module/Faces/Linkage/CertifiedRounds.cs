using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The rounds of <see cref="BilinearLinkage"/>: refresh, scan what is not certain, merge mutual nearest pairs.</summary>
internal sealed class CertifiedRounds
{
    private const string Activity = "Average linkage";
    private const int RowsAtOnce = 4096;
    private const double CompactBelow = 0.75;

    private readonly ClusterRows _clusters;
    private readonly DendrogramBuilder _builder;
    private readonly CandidateLists _lists;
    private readonly WorkContext _context;
    private readonly int _denseCount;
    private readonly float _floor;
    private readonly int _total;
    private readonly int[] _best;
    private readonly float[] _bestSimilarity;
    private readonly bool[] _changed;

    public CertifiedRounds(
        ClusterRows clusters, DendrogramBuilder builder, BilinearLinkageOptions options, WorkContext context)
    {
        _clusters = clusters;
        _builder = builder;
        _context = context;
        _denseCount = Math.Max(1, options.DenseCount);
        _floor = (float)(1 - options.DistanceLimit);
        _total = builder.Merges + clusters.Alive - 1;
        _lists = new CandidateLists(clusters.Slots, options.ListLength);
        _best = new int[clusters.Slots];
        _bestSimilarity = new float[clusters.Slots];
        _changed = new bool[clusters.Slots];
    }

    /// <summary>Rounds until few clusters are left, or none is similar enough.</summary>
    public void Run()
    {
        var rounds = 0;
        var scans = 0L;
        while (_clusters.Alive > _denseCount)
        {
            _context.ThrowIfCancelled();
            if (rounds > 0) Refresh();
            FindBest();
            scans += ScanUncertain();
            rounds++;
            if (MergePairs() == 0 && !MergeFirst()) break;
            Compact();
            _context.Report(Activity, _builder.Merges, _total);
        }

        _context.Verbose?.Invoke(FormattableString.Invariant(
            $"Average linkage: {rounds} rounds, {scans} scans of {_total + 1} clusters."));
    }

    private void Refresh() => Parallel.For(0, _clusters.Slots, _context.Parallel, slot =>
    {
        if (_clusters.IsAlive(slot)) _lists.Refresh(slot, _clusters, _changed);
    });

    private void FindBest() => Parallel.For(0, _clusters.Slots, _context.Parallel, slot =>
        (_best[slot], _bestSimilarity[slot]) = _clusters.IsAlive(slot) ? _lists.Best(slot) : (-1, float.NegativeInfinity));

    // Compares again with all others each cluster whose best candidate might not be its nearest neighbour.
    private int ScanUncertain()
    {
        var dead = new List<int>();
        var uncertain = new List<int>();
        for (var slot = 0; slot < _clusters.Slots; slot++)
        {
            if (!_clusters.IsAlive(slot)) dead.Add(slot);
            else if (_bestSimilarity[slot] < _lists.Bound[slot] && _lists.Bound[slot] >= _floor) uncertain.Add(slot);
        }

        if (uncertain.Count == _clusters.Slots && !TensorProduct.IsFor(_context))
        {
            ScanAll();
            return uncertain.Count;
        }

        ScanRows(uncertain, dead);
        return uncertain.Count;
    }

    private void ScanRows(List<int> uncertain, List<int> dead)
    {
        var matrix = uncertain.Count > 0 ? _clusters.Matrix() : null;
        for (var start = 0; start < uncertain.Count; start += RowsAtOnce)
        {
            var slots = uncertain.GetRange(start, Math.Min(RowsAtOnce, uncertain.Count - start)).ToArray();
            BlockProduct.ForEachRow(_clusters.Left(slots), matrix!, "Scan", _context, (row, product) =>
            {
                Exclude(CollectionsMarshal.AsSpan(dead), product);
                _lists.Scan(slots[row], product, _clusters);
                (_best[slots[row]], _bestSimilarity[slots[row]]) = _lists.Best(slots[row]);
            });
            _context.Report(Activity + ": scan", start + slots.Length, uncertain.Count);
        }
    }

    // Compiled in full at once: the first rounds have the most rows and would be over before the loop is found to be hot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Exclude(ReadOnlySpan<int> dead, Span<float> product)
    {
        foreach (var slot in dead) product[slot] = float.NegativeInfinity;
    }

    // The first scan: all clusters with all others, so each pair is computed once.
    private void ScanAll()
    {
        var matrix = _clusters.Matrix();
        var left = _clusters.Paired ? _clusters.Left([.. Enumerable.Range(0, _clusters.Slots)]) : matrix;
        var lists = NearestPairs.Search(left, matrix, _lists.Length, Activity + ": scan", _context);
        var whole = new bool[_clusters.Slots];
        Parallel.For(0, whole.Length, _context.Parallel, slot =>
        {
            var neighbours = lists.Finish(slot);
            whole[slot] = neighbours.Length >= Math.Min(_lists.Length, whole.Length - 1);
            if (!whole[slot]) return;
            _lists.Take(slot, neighbours, _clusters);
            (_best[slot], _bestSimilarity[slot]) = _lists.Best(slot);
        });
        ScanRows([.. Enumerable.Range(0, whole.Length).Where(slot => !whole[slot])], []);
    }

    private int MergePairs()
    {
        Array.Clear(_changed);
        var merged = 0;
        for (var slot = 0; slot < _clusters.Slots; slot++)
        {
            var other = _best[slot];
            if (other <= slot || _best[other] != slot || _bestSimilarity[slot] < _floor) continue;
            Merge(slot, other);
            merged++;
        }

        return merged;
    }

    // Ties among more clusters than a list holds can leave no pair mutual. The most similar pair of all is always right.
    private bool MergeFirst()
    {
        var first = -1;
        for (var slot = 0; slot < _clusters.Slots; slot++)
        {
            if (_best[slot] >= 0 && (first < 0 || _bestSimilarity[slot] > _bestSimilarity[first])) first = slot;
        }

        if (first < 0 || _bestSimilarity[first] < _floor) return false;
        Merge(Math.Min(first, _best[first]), Math.Max(first, _best[first]));
        return true;
    }

    private void Merge(int kept, int gone)
    {
        _builder.Add(_clusters.Point(kept), _clusters.Point(gone), 1 - _bestSimilarity[kept]);
        _lists.Merge(kept, gone, _clusters.Size(kept), _clusters.Size(gone));
        _clusters.Merge(kept, gone);
        _changed[kept] = true;
    }

    private void Compact()
    {
        if (_clusters.Alive > CompactBelow * _clusters.Slots) return;
        Refresh();
        if (_clusters.Compact() is not { } moved) return;
        _lists.Move(moved);
        Array.Clear(_changed);
    }
}
