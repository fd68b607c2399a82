using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Neighbours;

public sealed class TopListsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 500)]
    [InlineData(5, 500)]
    [InlineData(40, 500)]
    [InlineData(299, 300)]
    [InlineData(400, 300)]
    public void The_most_similar_are_kept_whatever_the_order(int length, int others)
    {
        var random = new SeededRandom(7);
        var values = Enumerable.Range(0, others).Select(_ => MathF.Round((float)random.NextGaussian(), 1)).ToArray();
        var expected = Enumerable.Range(1, others).OrderByDescending(i => values[i - 1]).ThenBy(i => i).Take(length);
        for (var turn = 0; turn < 5; turn++)
        {
            var order = Enumerable.Range(1, others).ToArray();
            random.Shuffle<int>(order);
            var lists = new TopLists(others + 1, length);
            foreach (var other in order)
            {
                if (values[other - 1] >= lists.Floors[0] || values[other - 1] >= lists.Floors[other])
                {
                    lists.Take(0, other, values[other - 1]);
                }
            }

            Assert.Equal(expected, lists.Finish(0).ToArray().Select(SimilarityKey.Index));
            foreach (var key in lists.Finish(0)) Assert.Equal(values[SimilarityKey.Index(key) - 1], SimilarityKey.Similarity(key));
            Assert.Equal([0], lists.Finish(order[0]).ToArray().Select(SimilarityKey.Index));
        }
    }

    [Fact]
    public void Keys_fall_with_the_similarity_and_rise_with_the_index()
    {
        float[] falling = [float.PositiveInfinity, 2, 1e-30f, 0, -1e-30f, -2, float.NegativeInfinity];
        var keys = falling.SelectMany(value => new[] { SimilarityKey.Of(value, 3), SimilarityKey.Of(value, 4) }).ToArray();
        Assert.Equal(keys.Order(), keys);
        Assert.Equal(SimilarityKey.Of(0f, 1), SimilarityKey.Of(-0f, 1));
        Assert.All(falling, value => Assert.Equal(value, SimilarityKey.Similarity(SimilarityKey.Of(value, 9))));
        Assert.All(keys, key => Assert.True(key < SimilarityKey.Last));
    }
}
