using System.Collections.Concurrent;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Products;

public sealed unsafe class CodedPairsTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (var kind in CodedCases.Kinds)
            {
                (int, int)[] sizes = [(1, 5), (2, 1), (31, 16), (257, 33), (300, 7), (600, 64), (801, 90)];
                foreach (var (count, dimension) in sizes) cases.Add(kind, count, dimension);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Lists_are_those_of_float32_to_the_last_bit(string kind, int count, int dimension)
    {
        var rows = CodedCases.Rows(kind, count, dimension, seed: 9);
        foreach (var length in new[] { 1, 16, 40 })
        {
            var expected = Lists(rows, null, length);
            foreach (var path in ByteTile.Paths)
            {
                Assert.Equal(expected, Lists(rows, CodedRows.TryOf(rows, path, Context)!, length));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pairs_that_reach_a_fixed_floor_are_those_of_float32(string kind, int count, int dimension)
    {
        var rows = CodedCases.Rows(kind, count, dimension, seed: 10);

        // Floors that products have: those at the edge belong to it. A few rows want everything, some want nothing.
        var random = new SeededRandom(11);
        var floors = new float[count];
        BlockProduct.ForEachRow(rows, rows, "test", Context, (row, values) => floors[row] = values[(row * 7 + 3) % count]);
        for (var i = 0; i < count; i += 50)
        {
            floors[i] = random.NextInt32(2) == 0 ? float.NegativeInfinity : float.PositiveInfinity;
        }

        var expected = Pairs(rows, null, floors);
        foreach (var path in ByteTile.Paths)
        {
            Assert.Equal(expected, Pairs(rows, CodedRows.TryOf(rows, path, Context)!, floors));
        }
    }

    [Fact]
    public void Sampled_floors_leave_the_lists_complete_or_short()
    {
        // Every point of the sample has its nearest others in the sample, so that its floor is too high.
        const int count = 17_000, sample = 2048, dimension = 32, length = 20;
        var rows = TestFeatures.Random(count, dimension, seed: 4);
        for (var i = 0; i < 40; i++)
        {
            var row = rows.Values.AsSpan((int)((long)i * count / sample) * dimension, dimension);
            row.Clear();
            (row[0], row[1]) = (1, i * i * 0.002f);
        }

        rows = rows.Normalize();
        if (!ByteTile.Paths.Any()) return;
        var codes = CodedRows.TryOf(rows, ByteTile.Paths.Last(), Context)!;
        var coded = new TopLists(count, length);
        SampledFloors.Raise(rows, codes, length, coded, Context);
        SymmetricProduct.ForEachPair(rows, rows, codes, "test", Context, coded);
        var plain = new TopLists(count, length);
        SymmetricProduct.ForEachPair(rows, rows, null, "test", Context, plain);
        var shorter = 0;
        for (var i = 0; i < count; i++)
        {
            var found = coded.Finish(i);
            if (found.Length < length) shorter++;
            Assert.Equal(plain.Finish(i)[..found.Length], found);
        }

        Assert.InRange(shorter, 1, count / 50);
    }

    [Fact]
    public void A_cancelled_search_stops()
    {
        using var stop = new CancellationTokenSource();
        var rows = TestFeatures.Random(500, 8, seed: 2);
        var sink = new Recorder([.. Enumerable.Repeat(-1f, 500)]) { First = stop.Cancel };
        var codes = ByteTile.Paths.Any() ? CodedRows.TryOf(rows, ByteTile.Paths.First(), Context) : null;
        Assert.ThrowsAny<OperationCanceledException>(() => SymmetricProduct.ForEachPair(
            rows, rows, codes, "test", new WorkContext { Cancellation = stop.Token, Threads = 1 }, sink));
        Assert.True(sink.Pairs.Count < 500 * 499 / 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(128)]
    public void Products_of_pairs_are_the_bytes_of_the_tile(int dimension)
    {
        if (!Transposition.IsSupported) return;
        var rows = TestFeatures.Random(16, dimension, seed: 8);
        var expected = new float[16][];
        BlockProduct.ForEachRow(rows, rows, "test", Context, (row, values) => expected[row] = values.ToArray());
        var left = stackalloc float*[PairChains.Pairs];
        var right = stackalloc float*[PairChains.Pairs];
        var products = stackalloc float[PairChains.Pairs];
        fixed (float* values = rows.Values)
        {
            for (var i = 0; i < PairChains.Pairs; i++)
            {
                left[i] = values + (i * dimension);
                right[i] = values + ((15 - (i / 2)) * dimension);
            }

            PairChains.Multiply(left, right, dimension, products);
        }

        for (var i = 0; i < PairChains.Pairs; i++) Assert.Equal(expected[i][15 - (i / 2)], products[i]);
    }

    private static ulong[][] Lists(FeatureMatrix rows, CodedRows? codes, int length)
    {
        var lists = new TopLists(rows.Count, length);
        SymmetricProduct.ForEachPair(rows, rows, codes, "test", Context, lists);
        return [.. Enumerable.Range(0, rows.Count).Select(row => lists.Finish(row).ToArray())];
    }

    private static (int, int, float)[] Pairs(FeatureMatrix rows, CodedRows? codes, float[] floors)
    {
        var sink = new Recorder(floors);
        SymmetricProduct.ForEachPair(rows, rows, codes, "test", Context, sink);
        return [.. sink.Pairs.Order()];
    }

    private sealed class Recorder(float[] floors) : IPairSink
    {
        public ConcurrentBag<(int, int, float)> Pairs { get; } = [];

        public Action? First { get; set; }

        public float[] Floors => floors;

        public void Take(int first, int second, float similarity)
        {
            First?.Invoke();
            First = null;
            Pairs.Add((first, second, similarity));
        }
    }
}
