using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tests.Faces.Solvers;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Neighbours;

public class NeighbourTests
{
    private static readonly WorkContext Context = WorkContext.Default with { Threads = 2 };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(37, 1)]
    [InlineData(300, 11)]
    [InlineData(300, 300)]
    public void Lists_are_those_of_brute_force(int count, int length)
    {
        var unit = TestFeatures.Random(count, 9, seed: 1);
        var lists = ExactNeighbours.Search(unit, length, Context);

        Assert.Equal(Math.Min(count, length), lists.Length);
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(TestFeatures.Nearest(unit, i).AsSpan(0, lists.Length), lists.Of(i));
            for (var q = 0; q < lists.Length; q++)
            {
                var similarity = TensorPrimitives.Dot(unit.Row(i), unit.Row(lists.Of(i)[q]));
                Assert.Equal(similarity, lists.SimilaritiesOf(i)[q], 1e-6f);
            }
        }
    }

    [Fact]
    public void A_point_leads_its_own_list_and_copies_follow_by_index()
    {
        var copies = new FeatureMatrix([.. Enumerable.Repeat<float[]>([0.6f, 0.8f], 6).SelectMany(row => row)], 6, 2);
        var lists = ExactNeighbours.Search(copies, 4, Context);
        Assert.Equal([3, 0, 1, 2], lists.Of(3));
        Assert.Equal([0, 1, 2, 3], lists.Of(0));
    }

    [Fact]
    public void One_thread_and_two_give_the_same_lists()
    {
        var unit = TestFeatures.Clustered(2000, 16, 50, 0.5, seed: 2);
        var one = ExactNeighbours.Search(unit, 12, Context with { Threads = 1 });
        var two = ExactNeighbours.Search(unit, 12, Context);
        Assert.Equal(one.Indices, two.Indices);
        Assert.Equal(one.Similarities, two.Similarities);
    }

    // Enough points, and long enough lists, for floors from a sample. The sample holds every sixteenth point or so: in the
    // second case it holds all of a small group, and suggests floors that far fewer than 80 points reach.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Long_lists_of_many_points_are_those_of_brute_force(bool misleading)
    {
        const int count = 33000, length = 80, sample = 2048;
        var unit = TestFeatures.Random(count, 8, seed: 4);
        int[] group = [.. Enumerable.Range(0, 40).Select(i => (int)((long)i * count / sample))];
        if (misleading)
        {
            for (var i = 0; i < group.Length; i++)
            {
                var row = unit.Values.AsSpan(group[i] * 8, 8);
                row.Clear();
                row[0] = 1;
                row[1] = i * i * 0.002f;
            }

            unit = unit.Normalize();
        }

        var lists = ExactNeighbours.Search(unit, length, Context);
        foreach (var point in group.Take(8).Append(count - 1))
        {
            Assert.Equal(TestFeatures.Nearest(unit, point).AsSpan(0, length), lists.Of(point));
        }
    }

    // Enough points, and long enough rows, for codes, where the processor has their instructions; a group of the sample's
    // points suggests floors that are too high, and a point that is no number has no codes.
    [Theory]
    [InlineData(false, 16_384, 33)]
    [InlineData(true, 16_384, 33)]
    [InlineData(false, 16_500, 64)]
    public void Lists_of_many_points_are_those_of_whole_rows_to_the_last_bit(bool hasNaN, int count, int dimension)
    {
        const int length = 12;
        var unit = TestFeatures.Clustered(count, dimension, count / 20, 0.8, seed: 8);
        for (var i = 0; i < 30; i++)
        {
            var row = unit.Values.AsSpan((int)((long)i * count / 2048) * dimension, dimension);
            row.Clear();
            (row[0], row[1]) = (1, i * 0.001f);
        }

        unit = unit.Normalize();
        if (hasNaN) unit.Values[(count - 1) * dimension] = float.NaN;
        var lists = ExactNeighbours.Search(unit, length, Context);
        BlockProduct.ForEachRow(unit, unit, "test", Context, (point, row) =>
        {
            var (values, indices) = (new float[length - 1], new int[length - 1]);
            new TopSelector(values, indices).Select(row, point);
            Assert.Equal([point, .. indices], lists.Of(point).ToArray());
            Assert.Equal(values, lists.SimilaritiesOf(point)[1..].ToArray());
            Assert.Equal(TensorPrimitives.Dot(unit.Row(point), unit.Row(point)), lists.SimilaritiesOf(point)[0]);
        });
    }

    [Fact]
    public void A_list_without_entries_is_refused()
    {
        var unit = TestFeatures.Random(3, 2, seed: 3);
        var fault = Assert.Throws<InputException>(() => ExactNeighbours.Search(unit, 0, Context));
        Assert.Equal("NeighbourCountInvalid", fault.ErrorId);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.3)]
    [InlineData(2)]
    public void Neighbourhoods_are_those_of_brute_force(double radius)
    {
        var unit = TestFeatures.Clustered(200, 8, 20, 0.4, seed: 4);
        var graph = RadiusNeighbours.Search(unit, radius, Context);
        for (var i = 0; i < unit.Count; i++)
        {
            var expected = TestFeatures.Nearest(unit, i)
                .Where(j => j == i || 1 - TensorPrimitives.Dot(unit.Row(i), unit.Row(j)) < radius);
            Assert.Equal(expected, graph.Of(i).ToArray());
        }
    }

    [Fact]
    public void The_neighbourhood_is_open_and_holds_its_own_point()
    {
        var unit = new FeatureMatrix([1, 0, 0, 1, -1, 0, 1, 0], 4, 2);
        var closed = RadiusNeighbours.Search(unit, 0, Context);
        Assert.Equal([0], closed.Of(0));
        var right = RadiusNeighbours.Search(unit, 1, Context);
        Assert.Equal([0, 3], right.Of(0));
        Assert.Equal([3, 0], right.Of(3));
        Assert.Equal([1], right.Of(1));
    }

    [Fact]
    public void Equal_similarities_are_ordered_by_index()
    {
        var values = new float[2 * 100];
        for (var i = 0; i < 100; i++) values[2 * i] = 1;
        var graph = RadiusNeighbours.Search(new FeatureMatrix(values, 100, 2), 0.5, Context);
        Assert.Equal([50, .. Enumerable.Range(0, 50), .. Enumerable.Range(51, 49)], graph.Of(50).ToArray());
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(2.1)]
    [InlineData(double.NaN)]
    public void A_radius_that_is_no_cosine_distance_is_refused(double radius)
    {
        var unit = TestFeatures.Random(3, 2, seed: 3);
        var fault = Assert.Throws<InputException>(() => RadiusNeighbours.Search(unit, radius, Context));
        Assert.Equal("RadiusInvalid", fault.ErrorId);
    }

}
