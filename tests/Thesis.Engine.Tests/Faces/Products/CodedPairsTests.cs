using System.Collections.Concurrent;
using System.Numerics.Tensors;
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
        SampledFloors.Raise(rows, rows, new CodedSides(codes, codes), length, coded, Context);
        SymmetricProduct.ForEachPair(rows, rows, new CodedSides(codes, codes), "test", Context, coded);
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
            rows, rows, Both(codes), "test", new WorkContext { Cancellation = stop.Token, Threads = 1 }, sink));
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

    // [p, q] against [q, p]: lengths differ, and so do the two sides.
    [Theory]
    [InlineData(16)]
    [InlineData(66)]
    public void Rows_of_two_sides_give_the_pairs_and_the_bytes_of_the_float_product(int dimension)
    {
        const int count = 700, length = 12;
        var right = TestFeatures.Random(count, dimension, seed: 21);
        for (var i = 0; i < count; i++) TensorPrimitives.Multiply(right.Row(i), 0.2f + (i % 7), right.Values.AsSpan(i * dimension, dimension));
        var left = new BilinearSimilarity(right, Paired: true).SwapHalves();
        var plain = Lists(left, right, null, length);
        foreach (var path in ByteTile.Paths)
        {
            var codes = new CodedSides(CodedRows.TryOf(left, path, Context)!, CodedRows.TryOf(right, path, Context)!);
            Assert.Equal(plain, Lists(left, right, codes, length));
            var raised = new TopLists(count, length);
            for (var i = 0; i < count; i++) raised.Raise(i, SimilarityKey.Similarity(plain[i][^1]));
            SymmetricProduct.ForEachPair(left, right, codes, "test", Context, raised);
            Assert.Equal(plain, Enumerable.Range(0, count).Select(i => raised.Finish(i).ToArray()));
        }
    }

    // [w, b, m, 1] with weights far longer than means, or shorter; b moves every product.
    [Theory]
    [InlineData(7, 3.5f, 1.5f)]
    [InlineData(33, 0.02f, -40f)]
    [InlineData(40, 300f, 0f)]
    public void Pairs_with_numbers_of_their_own_give_the_bytes_of_the_float_product(int dimension, float scale, float own)
    {
        const int count = 700, length = 12;
        var (weights, means) = (TestFeatures.Random(count, dimension, seed: 31), TestFeatures.Random(count, dimension, seed: 32));
        var right = new FeatureMatrix(new float[count * 2 * (dimension + 1)], count, 2 * (dimension + 1));
        for (var i = 0; i < count; i++)
        {
            var row = right.Values.AsSpan(i * right.Dimension, right.Dimension);
            TensorPrimitives.Multiply(weights.Row(i), scale * (1 + (i % 5)), row);
            row[dimension] = own * MathF.Sin(i);
            means.Row(i).CopyTo(row[(dimension + 1)..]);
            row[^1] = 1;
        }

        var left = new BilinearSimilarity(right, Paired: true).SwapHalves();
        var plain = Lists(left, right, null, length);
        var rows = Enumerable.Range(0, count).Select(_ => Array.Empty<float>()).ToArray();
        BlockProduct.ForEachRow(left, right, "test", Context, (row, values) => rows[row] = values.ToArray());
        foreach (var path in ByteTile.Paths)
        {
            var codes = CodedSides.OfPairs(left, right, path, Context)!;
            Assert.Equal(plain, Lists(left, right, codes, length));
            CodedProduct.ForEachRow(codes.Left, codes.Right.Gather([.. Enumerable.Range(0, 40)]), "test", Context, (row, values) =>
            {
                for (var j = 0; j < values.Length; j++) Assert.Equal(rows[row][j], values[j], 0.05f * (scale + MathF.Abs(own) + 1) * 5);
            });
        }

        right.Values[^1] = 0.5f;
        Assert.Null(CodedSides.OfPairs(left, right, KernelPath.Vector256, Context));
    }

    private static CodedSides? Both(CodedRows? codes) => codes is null ? null : new CodedSides(codes, codes);

    private static ulong[][] Lists(FeatureMatrix rows, CodedRows? codes, int length) => Lists(rows, rows, Both(codes), length);

    private static ulong[][] Lists(FeatureMatrix left, FeatureMatrix right, CodedSides? codes, int length)
    {
        var lists = new TopLists(left.Count, length);
        SymmetricProduct.ForEachPair(left, right, codes, "test", Context, lists);
        return [.. Enumerable.Range(0, left.Count).Select(row => lists.Finish(row).ToArray())];
    }

    private static (int, int, float)[] Pairs(FeatureMatrix rows, CodedRows? codes, float[] floors)
    {
        var sink = new Recorder(floors);
        SymmetricProduct.ForEachPair(rows, rows, Both(codes), "test", Context, sink);
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
