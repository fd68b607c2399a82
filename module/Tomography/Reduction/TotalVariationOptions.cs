using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Options of the reconstruction by (4.5) with total variation.</summary>
public sealed record TotalVariationOptions
{
    // Of 0.0015, 0.0025, 0.0035, 0.005 and 0.01 for lambda, 0.0025 gave the highest mean PSNR in the window, on two slices
    // of SynDeepLesion with five test metals each, in the dissertation's geometry. This is that lambda, in cm, by its views
    // a radian of a full turn, 50.9, and pixel size / ray spacing, .533.
    private const double DefaultWeight = 9.2e-5;
    private const double LargestLambda = 1e6;

    /// <summary>
    /// The default limit of iterations. At 512 x 512 in SynDeepLesion's geometry the objective is then .2 % above where it comes to
    /// rest, in the dissertation's .5 %; with fewer rays than pixels it falls for hundreds more.
    /// </summary>
    public const int DefaultIterations = 15;

    /// <summary>
    /// lambda of (4.5), above 0 and 1e6 at most: the weight of the total variation, in cm. Null for <see cref="LambdaFor"/> the geometry.
    /// </summary>
    public double? Lambda
    {
        get;
        init => field = value is { } lambda ? OptionRange.Above(lambda, 0, LargestLambda) : null;
    }

    /// <summary>The most iterations, 1 to 100,000. Each takes one projection and one adjoint.</summary>
    public int Iterations
    {
        get;
        init => field = OptionRange.Within(value, 1, 100_000);
    }

    = DefaultIterations;

    /// <summary>The length of a step, relative to the image's, below which the solver ends; 0 to 1.</summary>
    public double Tolerance
    {
        get;
        init => field = OptionRange.Within(value, 0, 1);
    }

    = 1e-5;

    /// <summary>
    /// <see cref="Lambda"/>, or what weighs alike in every geometry. The first term of (4.5) is a sum over rays and the
    /// second one over pixels; both stand for integrals, so lambda goes with the views, whatever the angles that they share,
    /// and with h / dt: the pixel size h and the distance dt between rays.
    /// </summary>
    public double LambdaFor(ScanGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return Lambda ?? (DefaultWeight * (geometry.Views / (2 * Math.PI)) * geometry.PixelSize / geometry.RaySpacing);
    }
}
