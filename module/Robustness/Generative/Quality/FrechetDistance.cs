using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The Frechet distance of two sets of features, each taken for a normal distribution (FID; Heusel et al. 2017):
/// norm(m - m')^2 + tr(S + S' - 2 (S S')^(1/2)), m and S the mean and the covariance (over N - 1). 0 for equal moments; in the
/// square of the features' unit. Fewer images than features have a singular covariance, for which it is defined, too; the fewer
/// the images, the larger it comes out.
/// </summary>
internal static class FrechetDistance
{
    /// <summary>Measures.</summary>
    /// <param name="features">N x D, N at least 2.</param>
    /// <param name="others">M x D, M at least 2.</param>
    public static double Of(Tensor features, Tensor others)
    {
        using var scope = NewDisposeScope();
        var (mean, covariance) = Moments(features);
        var (otherMean, otherCovariance) = Moments(others);
        var shift = (mean - otherMean).pow(Held(2)).sum().item<double>();
        var traces = covariance.trace().item<double>() + otherCovariance.trace().item<double>();
        return shift + traces - (2 * RootTrace(covariance, otherCovariance));
    }

    private static (Tensor Mean, Tensor Covariance) Moments(Tensor features)
    {
        var values = features.to(ScalarType.Float64);
        var mean = values.mean([0L]);
        var centred = values - mean;
        return (mean, centred.t().mm(centred).div(Held(values.shape[0] - 1)));
    }

    // tr (S S')^(1/2) is the sum of the roots of the eigenvalues of S^(1/2) S' S^(1/2), which is symmetric and not negative.
    private static double RootTrace(Tensor covariance, Tensor other)
    {
        var (values, vectors) = linalg.eigh(covariance);
        var root = vectors.mm(diag(values.clamp_min(Held(0)).sqrt())).mm(vectors.t());
        var product = root.mm(other).mm(root);
        return linalg.eigvalsh(product.Plus(product.t()).mul(Held(0.5))).clamp_min(Held(0)).sqrt().sum().item<double>();
    }
}
