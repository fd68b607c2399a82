using System.Collections.Concurrent;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Products;

public sealed class SymmetricProductTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(9, 33)]
    [InlineData(64, 16)]
    [InlineData(65, 16)]
    [InlineData(97, 128)]
    [InlineData(333, 7)]
    public void Every_pair_that_reaches_a_floor_comes_once_with_its_product(int count, int dimension)
    {
        var rows = TestFeatures.Random(count, dimension, seed: 1);
        var floors = Enumerable.Range(0, count).Select(i => (i % 7 * 0.3f) - 0.9f).ToArray();
        var sink = new Recorder(floors);
        SymmetricProduct.ForEachPair(rows, rows, "test", WorkContext.Default with { Threads = 2 }, sink);

        var products = new float[count][];
        BlockProduct.ForEachRow(rows, rows, "test", WorkContext.Default, (row, values) => products[row] = values.ToArray());
        var expected = from i in Enumerable.Range(0, count)
                       from j in Enumerable.Range(i + 1, count - i - 1)
                       where products[i][j] >= Math.Min(floors[i], floors[j])
                       select (i, j, products[i][j]);
        Assert.Equal(expected, sink.Pairs.Order());
    }

    [Fact]
    public void A_cancelled_product_stops()
    {
        using var stop = new CancellationTokenSource();
        var rows = TestFeatures.Random(500, 8, seed: 2);
        var sink = new Recorder(Enumerable.Repeat(-1f, 500).ToArray()) { First = stop.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(() => SymmetricProduct.ForEachPair(
            rows, rows, "test", new WorkContext { Cancellation = stop.Token, Threads = 1 }, sink));
        Assert.True(sink.Pairs.Count < 500 * 499 / 2);
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
