using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The photons of an X-ray source by energy: weights of photon counts, sum 1. Dissertation 4.3 calls it eta(E).
/// </summary>
public sealed class PhotonSpectrum
{
    /// <summary>The least energy of the built-in spectra, in keV.</summary>
    public const int LowestEnergy = 20;

    private static readonly (double Energy, double Share)[] TungstenLines =
        [(57.98, 0.6), (59.32, 1), (67.2, 0.37), (69.1, 0.09)];

    private readonly double[] _energies;
    private readonly double[] _weights;

    /// <summary>Creates a spectrum; the weights are divided by their sum.</summary>
    /// <param name="energies">keV, above 0, strictly rising.</param>
    /// <param name="weights">Relative photon counts, not below 0, one above 0 at least.</param>
    /// <exception cref="InputException"><c>SpectrumInvalid</c>, with the index at fault as target.</exception>
    public PhotonSpectrum(IReadOnlyList<double> energies, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(energies);
        ArgumentNullException.ThrowIfNull(weights);
        if (energies.Count != weights.Count) throw Invalid($"There are {energies.Count} energies and {weights.Count} weights.", 0);
        for (var i = 0; i < energies.Count; i++)
        {
            if (!(energies[i] > (i == 0 ? 0 : energies[i - 1]) && double.IsFinite(energies[i])))
            {
                throw Invalid($"The energy {energies[i]} keV of entry {i} is not above the one before.", i);
            }

            if (!(weights[i] >= 0 && double.IsFinite(weights[i])))
            {
                throw Invalid($"The weight {weights[i]} of entry {i} is below 0 or not finite.", i);
            }
        }

        var sum = weights.Sum();
        if (!(sum > 0 && double.IsFinite(sum))) throw Invalid($"The weights sum to {sum}; a spectrum needs photons.", 0);
        _energies = [.. energies];
        _weights = [.. weights.Select(weight => weight / sum)];
    }

    /// <summary>The dissertation's source: a tungsten tube at 120 kVp, by <see cref="Tube"/>.</summary>
    public static PhotonSpectrum Tube120 { get; } = Tube(120);

    /// <summary>The energies in keV.</summary>
    public ReadOnlySpan<double> Energies => _energies;

    /// <summary>The share of the photons at each energy.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>The mean energy in keV.</summary>
    public double MeanEnergy => _energies.Zip(_weights, (energy, weight) => energy * weight).Sum();

    /// <summary>
    /// A tungsten tube at whole keV from 20 on: bremsstrahlung after Kramers, filtered by aluminium and by the tungsten
    /// of the anode itself, plus the K lines of tungsten as Gaussians of sigma 0.9 keV:
    /// <code>
    /// b(E) = (kVp + 0.5 - E) / E . exp(-mu_Al(E) d_Al - mu_W(E) d_W)
    /// S(E) = (1 - l) b(E) / sum b + l K(E) / sum K
    /// </code>
    /// With the defaults its mean is 55.4 keV.
    /// </summary>
    /// <param name="peakVoltage">kVp, 70 to 150 for the built-in filter tables, which end at 150 keV.</param>
    /// <param name="aluminium">d_Al in cm, 0 to 5.</param>
    /// <param name="tungsten">d_W in cm, 0 to 0.1.</param>
    /// <param name="lineShare">l, the share of the photons in the K lines, 0 to 0.5.</param>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>.</exception>
    public static PhotonSpectrum Tube(
        int peakVoltage, double aluminium = 0.25, double tungsten = 0.0014, double lineShare = 0.08)
    {
        OptionRange.Within(peakVoltage, 70, 150);
        OptionRange.Within(aluminium, 0, 5);
        OptionRange.Within(tungsten, 0, 0.1);
        OptionRange.Within(lineShare, 0, 0.5);
        const double aluminiumDensity = 2.699;
        const double tungstenDensity = 19.3;
        var (al, w) = (NistTables.Of("Al"), NistTables.Of("W"));
        var energies = Enumerable.Range(LowestEnergy, peakVoltage - LowestEnergy + 1).Select(energy => (double)energy).ToArray();
        var continuum = Normalised(energies, energy => (peakVoltage + 0.5 - energy) / energy * Math.Exp(
            -(al.At(energy) * aluminiumDensity * aluminium) - (w.At(energy) * tungstenDensity * tungsten)));
        var lines = Normalised(energies, energy => TungstenLines.Sum(
            line => line.Share * Math.Exp(-0.5 * Math.Pow((energy - line.Energy) / 0.9, 2))));
        return new PhotonSpectrum(
            energies, [.. continuum.Zip(lines, (b, k) => ((1 - lineShare) * b) + (lineShare * k))]);
    }

    /// <summary>All photons at one energy, for simulations without beam hardening.</summary>
    public static PhotonSpectrum Monochromatic(double energy) => new([energy], [1]);

    /// <summary>
    /// Reads a spectrum of the user's: UTF-8 CSV with a header and the columns <c>energy_keV</c> (or
    /// <c>energy_MeV</c>) and <c>relative_photons</c>. Energies below <paramref name="lowest"/> are left out: the
    /// tables of most simulations begin at 20 keV, and a patient lets nothing below pass.
    /// </summary>
    /// <exception cref="InputException">
    /// <c>PhysicsTableInvalid</c>, <c>SpectrumInvalid</c>, and the faults of CSV files.
    /// </exception>
    public static PhotonSpectrum FromFile(string path, double lowest = LowestEnergy)
    {
        var (energies, weights) = PhysicsTable.Read(path, "relative_photons");
        var first = Array.FindIndex(energies, energy => energy >= lowest);
        if (first < 0)
        {
            throw new InputException(
                "SpectrumInvalid", FaultKind.InvalidData,
                string.Create(CultureInfo.InvariantCulture, $"'{path}' holds no energy of {lowest} keV or more."), path);
        }

        // A tail of zeros beyond the peak voltage would only ask the tables for energies they do not hold.
        var last = Array.FindLastIndex(weights, weight => weight != 0);
        return new PhotonSpectrum(energies[first..Math.Max(first + 1, last + 1)], weights[first..Math.Max(first + 1, last + 1)]);
    }

    private static double[] Normalised(double[] energies, Func<double, double> weight)
    {
        var weights = Array.ConvertAll(energies, energy => weight(energy));
        var sum = weights.Sum();
        return Array.ConvertAll(weights, value => value / sum);
    }

    private static InputException Invalid(FormattableString reason, int index) =>
        new("SpectrumInvalid", FaultKind.InvalidData, FormattableString.Invariant(reason), index);
}
