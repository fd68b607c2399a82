using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// x + sigma n, n normal, drawn anew for each pass: the noise of randomised smoothing (Cohen et al. 2019). The sum is not
/// clipped. Its gradient is that of the identity; what helps an attacker is to average over draws.
/// </summary>
public sealed class GaussianNoiseDefence : ImageDefence
{
    private readonly double _sigma;

    /// <summary>Creates the layer.</summary>
    /// <param name="sigma">The standard deviation in pixel units, above 0, at most 255.</param>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public GaussianNoiseDefence(double sigma)
    {
        _sigma = OptionRange.Above(sigma, 0, Epsilon.PixelRange) / Epsilon.PixelRange;
        Name = FormattableString.Invariant($"noise-{sigma}");
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool IsRandom => true;

    /// <inheritdoc/>
    public override Tensor Apply(Tensor images, ImageDraws draws, int part)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(draws);
        using var noise = ImageNoise.Draw(images, draws.Of(part), random => random.NextGaussian());
        return images.add(noise, alpha: Held(_sigma));
    }
}
