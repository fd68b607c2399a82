using MathNet.Numerics.LinearAlgebra;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The correction of beam hardening in water: p' = c1 p + c2 p^2 + c3 p^3, which maps the polychromatic attenuation of
/// water to its line integral at 70 keV.
/// </summary>
/// <param name="Linear">c1.</param>
/// <param name="Quadratic">c2.</param>
/// <param name="Cubic">c3.</param>
public sealed record WaterCorrection(double Linear, double Quadratic, double Cubic)
{
    /// <summary>The longest path of water that the correction is fitted to, in cm.</summary>
    public const double LongestPath = 50;

    private const double Step = 0.05;

    /// <summary>The least-squares fit over 0 .. 50 cm of water, in steps of 0.5 mm, without an intercept.</summary>
    public static WaterCorrection Fit(PhotonSpectrum spectrum)
    {
        var reference = Material.Water.ReferenceAttenuation;
        var count = (int)Math.Round(LongestPath / Step) + 1;
        var integrals = Enumerable.Range(0, count).Select(i => (float)(reference * Step * i)).ToArray();
        var measured = new double[count];
        new PolychromaticModel(spectrum, Material.Water).Attenuate([integrals], measured);
        var powers = Matrix<double>.Build.Dense(count, 3, (row, column) => Math.Pow(measured[row], column + 1));
        var fit = powers.QR().Solve(Vector<double>.Build.Dense(count, row => integrals[row]));
        return new WaterCorrection(fit[0], fit[1], fit[2]);
    }

    /// <summary>p' of a measured p.</summary>
    public double Apply(double attenuation) => attenuation * (Linear + (attenuation * (Quadratic + (attenuation * Cubic))));
}
