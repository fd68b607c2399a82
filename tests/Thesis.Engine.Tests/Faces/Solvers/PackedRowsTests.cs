using System.Numerics.Tensors;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Solvers;

public sealed class PackedRowsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(31, 5)]
    [InlineData(33, 128)]
    [InlineData(100, 37)]
    public void Products_are_the_dot_products(int count, int dimension)
    {
        var features = TestFeatures.Random(count, dimension, seed: 2);
        var packed = new PackedRows(dimension);
        packed.Pack(features.Values, count);
        var left = new float[PackedRows.RowGroup * dimension];
        features.Row(count - 1).CopyTo(left.AsSpan((PackedRows.RowGroup - 1) * dimension));
        var products = new float[PackedRows.RowGroup * packed.Columns];
        packed.Multiply(left, PackedRows.RowGroup, products);
        for (var j = 0; j < count; j++)
        {
            var expected = TensorPrimitives.Dot(features.Row(count - 1), features.Row(j));
            Assert.Equal(expected, products[((PackedRows.RowGroup - 1) * packed.Columns) + j], 2e-6f);
            Assert.Equal(0, products[j]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(320)]
    public void Every_path_of_the_processor_gives_the_same_bytes_one_chain_over_the_coordinates(int dimension)
    {
        const int count = 3 * PackedRows.PanelWidth;
        var features = TestFeatures.Random(count, dimension, seed: 5);
        foreach (var path in KernelPaths.Available)
        {
            var packed = new PackedRows(dimension, path);
            packed.Pack(features.Values, count);
            var products = new float[PackedRows.RowGroup * count];
            packed.Multiply(features.Values.AsSpan(0, PackedRows.RowGroup * dimension), PackedRows.RowGroup, 1, 3, products);
            for (var row = 0; row < PackedRows.RowGroup; row++)
            {
                for (var column = 0; column < count; column++)
                {
                    var chain = 0f;
                    for (var k = 0; k < dimension; k++)
                    {
                        chain = MathF.FusedMultiplyAdd(features.Row(row)[k], features.Row(column)[k], chain);
                    }

                    Assert.Equal(column < PackedRows.PanelWidth ? 0 : chain, products[(row * count) + column]);
                }
            }
        }
    }

    [Fact]
    public void The_largest_values_within_limits_come_sorted_with_ties_by_index()
    {
        float[] row = [.. Enumerable.Range(0, 203).Select(i => (float)(i * 37 % 50))];
        var indices = new int[12];
        var found = LargestValues.Above(row, 5, 48, indices, new float[12]);
        var expected = Enumerable.Range(0, 203).Where(i => row[i] is > 5 and < 48)
            .OrderByDescending(i => row[i]).ThenBy(i => i).Take(12);
        Assert.Equal(12, found);
        Assert.Equal(expected, indices);
        Assert.Equal(0, LargestValues.Above(row, 60, 70, indices, new float[12]));
    }
}
