using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Mass attenuation mu / rho of one material over the photon energy, in cm2/g, coherent scattering included.
/// Between two knots it is a power of the energy (linear in log-log, as the tables are meant to be read). At an
/// absorption edge the table holds the energy twice, the value below it first.
/// </summary>
public sealed class MassAttenuation
{
    private readonly double[] _energies;
    private readonly double[] _values;

    /// <summary>Creates a table.</summary>
    /// <param name="energies">keV, above 0, rising; an energy may stand twice in a row, at an edge.</param>
    /// <param name="values">cm2/g, above 0, one an energy.</param>
    /// <exception cref="InputException">
    /// <c>AttenuationTableInvalid</c>, with the index of the row at fault as target.
    /// </exception>
    public MassAttenuation(IReadOnlyList<double> energies, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(energies);
        ArgumentNullException.ThrowIfNull(values);
        if (energies.Count != values.Count || energies.Count < 2)
        {
            throw Invalid($"A table needs two rows or more, and as many energies ({energies.Count}) as values ({values.Count})", -1);
        }

        for (var i = 0; i < energies.Count; i++)
        {
            if (!(energies[i] > 0 && double.IsFinite(energies[i]))) throw Invalid($"The energy {energies[i]} keV is not above 0", i);
            if (!(values[i] > 0 && double.IsFinite(values[i]))) throw Invalid($"The value {values[i]} cm2/g is not above 0", i);
            var isEdge = i > 0 && energies[i] == energies[i - 1];
            if (isEdge && (i == 1 || energies[i - 2] < energies[i])) continue;
            if (i > 0 && energies[i] <= energies[i - 1]) throw Invalid($"The energy {energies[i]} keV is out of order", i);
        }

        _energies = [.. energies];
        _values = [.. values];
    }

    /// <summary>The least energy of the table, in keV.</summary>
    public double LowestEnergy => _energies[0];

    /// <summary>The largest energy of the table, in keV.</summary>
    public double HighestEnergy => _energies[^1];

    /// <summary>mu / rho at an energy, in cm2/g; at an edge, the value above it.</summary>
    /// <exception cref="InputException"><c>EnergyOutOfTable</c>: the table does not reach that energy.</exception>
    public double At(double energy)
    {
        if (!(energy >= LowestEnergy && energy <= HighestEnergy))
        {
            throw new InputException(
                "EnergyOutOfTable", FaultKind.InvalidArgument,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The attenuation at {energy} keV is not in the table, which holds {LowestEnergy} to {HighestEnergy} keV."),
                energy);
        }

        var upper = 1;
        while (upper < _energies.Length - 1 && _energies[upper] <= energy) upper++;
        var lower = upper - 1;
        if (_energies[upper] == _energies[lower]) return _values[upper];
        var share = Math.Log(energy / _energies[lower]) / Math.Log(_energies[upper] / _energies[lower]);
        return _values[lower] * Math.Pow(_values[upper] / _values[lower], share);
    }

    private static InputException Invalid(FormattableString reason, int row) => new(
        "AttenuationTableInvalid", FaultKind.InvalidData,
        row < 0
            ? $"{FormattableString.Invariant(reason)}."
            : string.Create(CultureInfo.InvariantCulture, $"{FormattableString.Invariant(reason)} (row {row} of the attenuation table)."),
        row);
}
