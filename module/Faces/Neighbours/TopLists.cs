namespace Thesis.Engine.Faces;

/// <summary>
/// For each row the K most similar others, ties by the smaller index, found from pairs in any order and from any
/// thread: what is kept depends on the pairs alone. A list takes some entries more than K before its worst are thrown
/// out again, so an entry costs little whatever K is. Memory is 16 K bytes a row.
/// </summary>
internal sealed class TopLists : IPairSink
{
    private const int LeastSlack = 32;

    private readonly int _length;
    private readonly int _capacity;
    private readonly ulong[] _keys;
    private readonly ulong[] _worst;
    private readonly int[] _count;
    private readonly int[] _gate;

    /// <summary>Empty lists.</summary>
    /// <param name="rows">N.</param>
    /// <param name="length">K, 1 or more.</param>
    public TopLists(int rows, int length)
    {
        _length = length;
        _capacity = Capacity(length);
        _keys = GC.AllocateUninitializedArray<ulong>(checked(rows * _capacity));
        _worst = new ulong[rows];
        _count = new int[rows];
        _gate = new int[rows];
        Floors = new float[rows];
        Array.Fill(_worst, SimilarityKey.Last);
        Array.Fill(Floors, float.NegativeInfinity);
    }

    /// <summary>The bytes of N lists of K.</summary>
    public static double Bytes(int rows, int length) =>
        (double)rows * Capacity(length) * sizeof(ulong);

    /// <inheritdoc/>
    public float[] Floors { get; }

    /// <summary>Keeps entries below a similarity out of a list that is still empty.</summary>
    public void Raise(int row, float floor)
    {
        Floors[row] = floor;
        _worst[row] = SimilarityKey.Of(floor, int.MaxValue);
    }

    /// <inheritdoc/>
    public void Take(int first, int second, float similarity)
    {
        if (similarity >= Floors[first]) Add(first, SimilarityKey.Of(similarity, second));
        if (similarity >= Floors[second]) Add(second, SimilarityKey.Of(similarity, first));
    }

    /// <summary>The list of a row as sorted keys; to be called when all pairs were taken, once a row.</summary>
    public ReadOnlySpan<ulong> Finish(int row)
    {
        var keys = Keys(row)[.._count[row]];
        if (keys.Length > _length)
        {
            Smallest(keys, _length);
            keys = keys[.._length];
        }

        keys.Sort();
        return keys;
    }

    private static int Capacity(int length) => length + Math.Max(LeastSlack, length);

    private Span<ulong> Keys(int row) => _keys.AsSpan(row * _capacity, _capacity);

    private void Add(int row, ulong key)
    {
        // Two threads seldom want the same row at once, so a gate of one word is enough.
        var wait = default(SpinWait);
        while (Interlocked.CompareExchange(ref _gate[row], 1, 0) != 0) wait.SpinOnce();
        if (key < _worst[row])
        {
            var keys = Keys(row);
            keys[_count[row]++] = key;
            if (_count[row] == _capacity) ThrowOut(row, keys);
        }

        Volatile.Write(ref _gate[row], 0);
    }

    private void ThrowOut(int row, Span<ulong> keys)
    {
        Smallest(keys, _length);
        var worst = keys[0];
        foreach (var key in keys[1.._length]) worst = Math.Max(worst, key);
        _count[row] = _length;
        _worst[row] = worst;
        Floors[row] = SimilarityKey.Similarity(worst);
    }

    // Quickselect: the k smallest keys come first, in any order. Keys differ, as each names another row. The partition
    // moves every key and branches on none: which side a key falls on cannot be predicted.
    private static void Smallest(Span<ulong> keys, int k)
    {
        while (k > 0 && k < keys.Length)
        {
            var last = keys.Length - 1;
            var pivot = Median(keys[0], keys[keys.Length / 2], keys[last]);
            var below = 0;
            for (var i = 0; i < keys.Length; i++)
            {
                var key = keys[i];
                keys[i] = keys[below];
                keys[below] = key;
                below += key <= pivot ? 1 : 0;
            }

            // The pivot is among the ones below; put last of them, it splits the rest strictly.
            var at = keys[..below].IndexOf(pivot);
            (keys[at], keys[below - 1]) = (keys[below - 1], keys[at]);
            if (k >= below)
            {
                keys = keys[below..];
                k -= below;
            }
            else
            {
                keys = keys[..(below - 1)];
            }
        }
    }

    private static ulong Median(ulong a, ulong b, ulong c) =>
        Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
