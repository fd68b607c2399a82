using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests;

public sealed class SeededRandomTests
{
    [Fact]
    public void The_same_seed_gives_the_same_draws_and_another_seed_others()
    {
        var a = new SeededRandom(7);
        var b = new SeededRandom(7);
        var c = new SeededRandom(8);
        var first = Enumerable.Range(0, 8).Select(_ => a.NextBits()).ToArray();
        Assert.Equal(first, Enumerable.Range(0, 8).Select(_ => b.NextBits()).ToArray());
        Assert.NotEqual(first, Enumerable.Range(0, 8).Select(_ => c.NextBits()).ToArray());
    }

    [Fact]
    public void A_fork_depends_on_the_seed_and_not_on_earlier_draws()
    {
        var a = new SeededRandom(7);
        var expected = a.Fork(3).NextBits();
        a.NextGaussian();
        Assert.Equal(expected, a.Fork(3).NextBits());
        Assert.NotEqual(expected, a.Fork(4).NextBits());
    }

    [Fact]
    public void Gaussians_have_the_moments_of_the_standard_normal()
    {
        var random = new SeededRandom(1);
        var draws = Enumerable.Range(0, 200_000).Select(_ => random.NextGaussian()).ToArray();
        Assert.Equal(0, draws.Average(), 0.01);
        Assert.Equal(1, draws.Average(x => x * x), 0.02);
        Assert.Equal(3, draws.Average(x => x * x * x * x), 0.1);
    }
}
