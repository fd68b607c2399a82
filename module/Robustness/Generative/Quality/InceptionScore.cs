using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The Inception score (Salimans et al. 2016) of class probabilities: exp of the mean over the images of KL(p(y|x) || p(y)), p(y)
/// the mean of a split; 1 for probabilities that are all alike, the number of classes at most.
/// </summary>
/// <param name="Mean">The mean over the splits.</param>
/// <param name="Deviation">The standard deviation over the splits (over their number).</param>
internal readonly record struct InceptionScore(double Mean, double Deviation)
{
    /// <summary>The splits of the paper.</summary>
    public const int DefaultSplits = 10;

    /// <summary>Measures; split s has the images from N s / splits to N (s + 1) / splits.</summary>
    /// <param name="probabilities">N x C, rows that sum to 1, N at least <paramref name="splits"/>.</param>
    /// <param name="splits">The splits, 1 or more.</param>
    public static InceptionScore Of(Tensor probabilities, int splits = DefaultSplits)
    {
        using var scope = NewDisposeScope();
        var values = probabilities.to(ScalarType.Float64);
        var count = values.shape[0];
        var scores = new double[splits];
        for (var split = 0; split < splits; split++)
        {
            var part = values[(int)(count * split / splits)..(int)(count * (split + 1) / splits)];
            var marginal = part.mean([0L], keepdim: true);
            // xlogy is 0 where p is 0.
            var divergence = part.xlogy(part) - part.xlogy(marginal);
            scores[split] = Math.Exp(divergence.sum(1L).mean().item<double>());
        }

        var mean = scores.Average();
        return new InceptionScore(mean, Math.Sqrt(scores.Average(score => (score - mean) * (score - mean))));
    }
}
