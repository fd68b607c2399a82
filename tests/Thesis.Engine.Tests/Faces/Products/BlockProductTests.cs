using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using TorchSharp;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Products;

public sealed class BlockProductTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 3, 5, 7 }, { 64, 64, 16 }, { 65, 131, 33 }, { 200, 77, 128 }, { 31, 8, 320 }, { 7, 1000, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_kernel_agrees_with_float64_products(int leftCount, int rightCount, int dimension)
    {
        var left = Random(leftCount, dimension, 1);
        var right = Random(rightCount, dimension, 2);
        var product = Product(left, right, WorkContext.Default);
        for (var i = 0; i < leftCount; i++)
        {
            for (var j = 0; j < rightCount; j++)
            {
                var exact = 0.0;
                for (var k = 0; k < dimension; k++) exact += (double)left.Row(i)[k] * right.Row(j)[k];
                Assert.Equal(exact, product[i][j], 1e-5 * Math.Sqrt(dimension));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_kernel_agrees_with_the_tensor_path(int leftCount, int rightCount, int dimension)
    {
        var left = Random(leftCount, dimension, 3);
        var right = Random(rightCount, dimension, 4);
        var kernel = Product(left, right, WorkContext.Default);
        TorchBackend.EnsureLoaded();
        var tensor = new float[leftCount][];
        TensorProduct.ForEachRow(
            left, right, torch.CPU, "test", WorkContext.Default, (row, values) => tensor[row] = values.ToArray());
        for (var i = 0; i < leftCount; i++)
        {
            for (var j = 0; j < rightCount; j++) Assert.Equal(tensor[i][j], kernel[i][j], 1e-5 * Math.Sqrt(dimension));
        }
    }

    [Fact]
    public void The_bytes_do_not_depend_on_threads_or_on_the_block_a_row_is_in()
    {
        var rows = Random(203, 37, 5);
        var one = Product(rows, rows, new WorkContext { Threads = 1 });
        var two = Product(rows, rows, new WorkContext { Threads = 2 });
        Assert.Equal(one, two);
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < rows.Count; j++) Assert.Equal(one[i][j], one[j][i]);
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(64, 16)]
    [InlineData(203, 37)]
    public void Upper_rows_are_those_of_the_whole_product(int count, int dimension)
    {
        var rows = Random(count, dimension, 8);
        var whole = Product(rows, rows, new WorkContext { Threads = 2 });
        foreach (var threads in new[] { 1, 2 })
        {
            var upper = new float[count][];
            BlockProduct.ForEachUpperRow(
                rows, "test", new WorkContext { Threads = threads }, (row, values) => upper[row] = values.ToArray());
            for (var i = 0; i < count; i++) Assert.Equal(whole[i][i..], upper[i]);
        }
    }

    [Fact]
    public void A_fault_in_a_row_comes_out_as_it_was_thrown()
    {
        var rows = Random(100, 4, 6);
        var fault = Assert.Throws<InputException>(() => BlockProduct.ForEachRow(
            rows, rows, "test", WorkContext.Default,
            (row, _) => throw new InputException("Wrong", FaultKind.InvalidData, "wrong", row)));
        Assert.Equal("Wrong", fault.ErrorId);
    }

    [Fact]
    public void A_cancelled_product_stops()
    {
        using var stop = new CancellationTokenSource();
        var rows = Random(500, 8, 7);
        Assert.ThrowsAny<OperationCanceledException>(() => BlockProduct.ForEachRow(
            rows, rows, "test", new WorkContext { Cancellation = stop.Token }, (_, _) => stop.Cancel()));
    }

    private static float[][] Product(FeatureMatrix left, FeatureMatrix right, WorkContext context)
    {
        var product = new float[left.Count][];
        BlockProduct.ForEachRow(left, right, "test", context, (row, values) => product[row] = values.ToArray());
        return product;
    }

    private static FeatureMatrix Random(int count, int dimension, long seed)
    {
        var random = new SeededRandom(seed);
        var values = new float[count * dimension];
        for (var i = 0; i < values.Length; i++) values[i] = (float)random.NextGaussian();
        return new FeatureMatrix(values, count, dimension);
    }
}
