using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>How far images were changed, in pixel units, a value for each image.</summary>
/// <param name="Linf">The largest change of a value.</param>
/// <param name="L2">The Euclidean length of the change.</param>
/// <param name="L1">The sum of the absolute changes.</param>
/// <param name="L0">How many values changed.</param>
internal sealed record Perturbation(double[] Linf, double[] L2, double[] L1, double[] L0)
{
    /// <summary>Measures N x C x H x W images in [0, 1].</summary>
    public static Perturbation Measure(Tensor changed, Tensor original)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var change = (changed - original).to(ScalarType.Float64).mul_(Held(Epsilon.PixelRange));
        var values = change.flatten(1);
        return new Perturbation(
            Values(ImageNorms.Largest(change).flatten()), Values(ImageNorms.Lengths(change).flatten()),
            Values(values.abs().sum([1L])), Values(values.ne(Held(0)).sum(1)));
    }

    private static double[] Values(Tensor values) => values.to(ScalarType.Float64).cpu().data<double>().ToArray();
}
