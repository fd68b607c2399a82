namespace Thesis.Engine.Faces;

/// <summary>
/// The odds of merges each of which has a person's share beta of its own, from a distribution pi over a grid that all merges
/// of a stage have in common: with L(t, beta) the log-likelihood that merge t adds and r(t) what the prior adds,
/// <code>
/// log odds(t) = log sum over beta of pi(beta) exp L(t, beta)  +  r(t)
/// </code>
/// pi is fitted by expectation and maximization (Dempster, Laird, Rubin 1977), a merge counting q(t) = 1 / (1 + exp(-log
/// odds(t))): five rounds from a uniform one, with a merge more of each share, so that none is ruled out.
/// </summary>
internal static class ShareMixture
{
    private const int Rounds = 5;

    /// <summary>The log odds of every merge.</summary>
    /// <param name="likelihood">L: a row a share, a column a merge.</param>
    /// <param name="prior">r of every merge.</param>
    public static double[] LogOdds(double[][] likelihood, ReadOnlySpan<double> prior)
    {
        var shares = Enumerable.Repeat(1.0 / likelihood.Length, likelihood.Length).ToArray();
        var odds = new double[prior.Length];
        for (var round = 0; round < Rounds; round++)
        {
            var counts = Enumerable.Repeat(1.0, shares.Length).ToArray();
            Weigh(likelihood, prior, shares, odds, counts);
            var total = counts.Sum();
            for (var s = 0; s < shares.Length; s++) shares[s] = counts[s] / total;
        }

        Weigh(likelihood, prior, shares, odds, counts: null);
        return odds;
    }

    private static void Weigh(
        double[][] likelihood, ReadOnlySpan<double> prior, double[] shares, double[] odds, double[]? counts)
    {
        var parts = new double[shares.Length];
        for (var t = 0; t < odds.Length; t++)
        {
            var most = double.NegativeInfinity;
            foreach (var row in likelihood) most = Math.Max(most, row[t]);
            var sum = 0.0;
            for (var s = 0; s < parts.Length; s++) sum += parts[s] = shares[s] * Math.Exp(likelihood[s][t] - most);
            odds[t] = most + Math.Log(sum) + prior[t];
            if (counts is null) continue;
            var right = 1 / (1 + Math.Exp(-odds[t]));
            for (var s = 0; s < parts.Length; s++) counts[s] += right * parts[s] / sum;
        }
    }
}
