using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The matrices of <see cref="AffinityPropagation"/>, in rows of N float32 each.</summary>
internal sealed class AffinityMessages : IDisposable
{
    // Rows whose column sums are taken by one thread: the sums do not depend on the number of threads.
    private const int Chunk = 128;
    private const float Noise = 1e-7f;

    private readonly WorkContext _context;
    private readonly int _count;
    private readonly float _old;
    private readonly SquareMatrix _similarity;
    private readonly SquareMatrix _responsibility;
    private readonly SquareMatrix _availability;
    private readonly double[] _supports;
    private readonly bool[] _isExemplar;

    public AffinityMessages(
        FeatureMatrix unit, AffinityPropagationOptions options, SeededRandom random, WorkContext context)
    {
        (_context, _count, _old) = (context, unit.Count, (float)options.Damping);
        _similarity = new SquareMatrix(_count);
        _responsibility = new SquareMatrix(_count);
        _availability = new SquareMatrix(_count);
        _supports = new double[_count];
        _isExemplar = new bool[_count];
        BlockProduct.ForEachRow(unit, unit, "Similarities", context, (i, row) => row.CopyTo(_similarity.Row(i)));
        Preference = options.Preference ?? PairMedian.Of(_similarity, context);
        RowParallel.For(_count, context, i =>
        {
            var draws = random.Fork(i);
            var row = _similarity.Row(i);
            row[i] = (float)Preference;
            foreach (ref var value in row) value += Noise * (float)((2 * draws.NextDouble()) - 1);
        });
    }

    /// <summary>s(k, k).</summary>
    public double Preference { get; }

    /// <summary>Exemplars after the last pass.</summary>
    public int ExemplarCount => _isExemplar.Count(one => one);

    public void Dispose()
    {
        _similarity.Dispose();
        _responsibility.Dispose();
        _availability.Dispose();
    }

    /// <summary>Sends all messages once.</summary>
    /// <returns>Whether the exemplars are others than before.</returns>
    public bool Pass()
    {
        var chunks = (_count + Chunk - 1) / Chunk;
        var sums = new double[chunks][];
        RowParallel.For(chunks, _context, () => new float[_count], (chunk, scratch) =>
        {
            sums[chunk] = new double[_count];
            for (var i = chunk * Chunk; i < Math.Min(_count, (chunk + 1) * Chunk); i++)
            {
                if ((i & 15) == 0) _context.ThrowIfCancelled();
                Respond(i, scratch);
                Support(i, sums[chunk], scratch);
            }
        });
        Array.Clear(_supports);
        foreach (var sum in sums) TensorPrimitives.Add(_supports, sum, _supports);
        RowParallel.For(chunks, _context, () => new float[_count], (chunk, scratch) =>
        {
            for (var i = chunk * Chunk; i < Math.Min(_count, (chunk + 1) * Chunk); i++)
            {
                if ((i & 15) == 0) _context.ThrowIfCancelled();
                Offer(i, scratch);
            }
        });
        return Elect();
    }

    /// <summary>For each face the exemplar that it joins, and the exemplars; without any each face itself.</summary>
    public (int[] Exemplar, int[] Exemplars) Assign()
    {
        int[] exemplars = [.. Enumerable.Range(0, _count).Where(k => _isExemplar[k])];
        if (exemplars.Length == 0) return ([.. Enumerable.Range(0, _count)], []);
        var joined = Join(exemplars);
        var refined = exemplars.ToArray();
        RowParallel.For(exemplars.Length, _context, at =>
        {
            int[] members = [.. Enumerable.Range(0, _count).Where(i => joined[i] == exemplars[at])];
            refined[at] = members.MaxBy(k => members.Sum(i => (double)_similarity.Row(i)[k]));
        });
        Array.Sort(refined);
        return (Join(refined), refined);
    }

    private int[] Join(int[] exemplars)
    {
        var joined = new int[_count];
        RowParallel.For(_count, _context, i =>
        {
            var row = _similarity.Row(i);
            joined[i] = exemplars[0];
            foreach (var k in exemplars)
            {
                if (row[k] > row[joined[i]]) joined[i] = k;
            }
        });
        foreach (var k in exemplars) joined[k] = k;
        return joined;
    }

    // r(i, .), from a(i, .) and s(i, .).
    private void Respond(int i, Span<float> wish)
    {
        var similarity = _similarity.Row(i);
        var responsibility = _responsibility.Row(i);
        TensorPrimitives.Add(_availability.Row(i), similarity, wish);
        var best = TensorPrimitives.IndexOfMax<float>(wish);
        var most = wish[best];
        wish[best] = float.NegativeInfinity;
        var second = TensorPrimitives.Max<float>(wish);
        TensorPrimitives.Subtract(similarity, most, wish);
        wish[best] = similarity[best] - second;
        Damp(responsibility, wish);
    }

    // The positive responsibilities of row i, and its own of any sign, to the sums of the columns.
    private void Support(int i, double[] sums, Span<float> positive)
    {
        var responsibility = _responsibility.Row(i);
        TensorPrimitives.Max(responsibility, 0f, positive);
        positive[i] = responsibility[i];
        for (var k = 0; k < positive.Length; k++) sums[k] += positive[k];
    }

    // a(i, .), from the sums of the columns without i's own part.
    private void Offer(int i, Span<float> offer)
    {
        var responsibility = _responsibility.Row(i);
        for (var k = 0; k < offer.Length; k++)
        {
            offer[k] = (float)Math.Min(0, _supports[k] - Math.Max(0, responsibility[k]));
        }

        offer[i] = (float)(_supports[i] - responsibility[i]);
        Damp(_availability.Row(i), offer);
    }

    private void Damp(Span<float> kept, ReadOnlySpan<float> fresh)
    {
        TensorPrimitives.Multiply(kept, _old, kept);
        TensorPrimitives.MultiplyAdd(fresh, 1 - _old, kept, kept);
    }

    private bool Elect()
    {
        var changed = false;
        for (var k = 0; k < _count; k++)
        {
            var now = _responsibility.Row(k)[k] + _availability.Row(k)[k] > 0;
            changed |= now != _isExemplar[k];
            _isExemplar[k] = now;
        }

        return changed;
    }
}
