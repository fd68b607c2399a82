using Thesis.Engine.Faces;
using Xunit;

namespace Thesis.Engine.Tests.Faces.Cuts;

public sealed class ShareMixtureTests
{
    [Fact]
    public void One_share_adds_likelihood_and_prior()
    {
        double[] odds = ShareMixture.LogOdds([[3.5, -700, 900]], [-1, 2, -0.5]);
        Assert.Equal([2.5, -698, 899.5], odds);
    }

    // Where no merge prefers a share there is nothing to fit.
    [Fact]
    public void Shares_that_say_the_same_change_nothing()
    {
        double[] row = [1.25, -4, 0];
        var odds = ShareMixture.LogOdds([row, row, row], [0.5, 0.5, 0.5]);
        for (var t = 0; t < row.Length; t++) Assert.Equal(row[t] + 0.5, odds[t], 1e-12);
    }

    // Five rounds of expectation and maximization, written out in probabilities.
    [Fact]
    public void The_odds_are_those_of_five_rounds()
    {
        double[][] likelihood = [[2.0, -1.0, 0.5, -3.0], [0.1, 0.2, 1.5, -0.2]];
        double[] prior = [-0.5, 0.3, -1.0, 0.0];
        double first = 0.5, second = 0.5;
        for (var round = 0; round < 5; round++)
        {
            double ofFirst = 1, ofSecond = 1;
            for (var t = 0; t < prior.Length; t++)
            {
                var (a, b) = (first * Math.Exp(likelihood[0][t]), second * Math.Exp(likelihood[1][t]));
                var odds = (a + b) * Math.Exp(prior[t]);
                ofFirst += odds / (1 + odds) * a / (a + b);
                ofSecond += odds / (1 + odds) * b / (a + b);
            }

            (first, second) = (ofFirst / (ofFirst + ofSecond), ofSecond / (ofFirst + ofSecond));
        }

        var found = ShareMixture.LogOdds(likelihood, prior);
        for (var t = 0; t < prior.Length; t++)
        {
            var odds = ((first * Math.Exp(likelihood[0][t])) + (second * Math.Exp(likelihood[1][t]))) * Math.Exp(prior[t]);
            Assert.Equal(Math.Log(odds), found[t], 1e-12);
        }
    }

    // A merge that one share explains counts for that share: its neighbour, which is doubtful by all, gains by it.
    [Fact]
    public void What_many_merges_share_speaks_for_the_next()
    {
        double[] mine = [.. Enumerable.Repeat(6.0, 50), 1.0];
        double[] other = [.. Enumerable.Repeat(-6.0, 50), -1.0];
        var odds = ShareMixture.LogOdds([mine, other], new double[51]);
        Assert.InRange(odds[50], 0.9, 1.0);
        Assert.InRange(ShareMixture.LogOdds([[1.0], [-1.0]], [0.0])[0], 0.3, 0.8);
    }
}
