using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>What photons pass through: a name, a density and a table of mass attenuation.</summary>
public sealed record Material
{
    /// <summary>The energy, in keV, to which images in 1/cm belong.</summary>
    public const double ReferenceEnergy = 70;

    /// <summary>Creates a material.</summary>
    /// <param name="name">The name, as users write it.</param>
    /// <param name="density">g/cm3, above 0, at most 30.</param>
    /// <param name="attenuation">The table; it must hold <see cref="ReferenceEnergy"/>.</param>
    /// <exception cref="InputException"><c>OptionOutOfRange</c>, <c>EnergyOutOfTable</c>.</exception>
    public Material(string name, double density, MassAttenuation attenuation)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(attenuation);
        Name = name;
        Density = OptionRange.Above(density, 0, 30, nameof(Density));
        Attenuation = attenuation;
        ReferenceAttenuation = density * attenuation.At(ReferenceEnergy);
    }

    /// <summary>Liquid water.</summary>
    public static Material Water { get; } = new("water", 1.0, NistTables.Of("water"));

    /// <summary>Cortical bone (ICRU-44).</summary>
    public static Material Bone { get; } = new("bone", 1.92, NistTables.Of("bone"));

    /// <summary>Titanium, at the density of the simulations in the field.</summary>
    public static Material Titanium { get; } = new("Ti", 4.5, NistTables.Of("Ti"));

    /// <summary>Iron.</summary>
    public static Material Iron { get; } = new("Fe", 7.8, NistTables.Of("Fe"));

    /// <summary>Copper.</summary>
    public static Material Copper { get; } = new("Cu", 8.9, NistTables.Of("Cu"));

    /// <summary>Gold.</summary>
    public static Material Gold { get; } = new("Au", 19.3, NistTables.Of("Au"));

    /// <summary>The metals that are known by name.</summary>
    public static IReadOnlyList<Material> Metals { get; } = [Titanium, Iron, Copper, Gold];

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The density in g/cm3.</summary>
    public double Density { get; }

    /// <summary>The table of mu / rho.</summary>
    public MassAttenuation Attenuation { get; }

    /// <summary>Linear attenuation at <see cref="ReferenceEnergy"/>, in 1/cm.</summary>
    public double ReferenceAttenuation { get; }

    /// <summary>
    /// (mu / rho)(E) / (mu / rho)(70 keV): what a line integral at 70 keV is multiplied by to be one at E.
    /// </summary>
    public double RelativeAttenuation(double energy) => Attenuation.At(energy) / Attenuation.At(ReferenceEnergy);

    /// <summary>The metal of that name, in any case.</summary>
    /// <exception cref="InputException"><c>MaterialUnknown</c>.</exception>
    public static Material Metal(string name) =>
        Metals.FirstOrDefault(metal => metal.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException(
            "MaterialUnknown", FaultKind.InvalidArgument,
            $"'{name}' is none of the metals {string.Join(", ", Metals.Select(metal => metal.Name))}.", name);

    /// <summary>
    /// Reads a table of the user's: UTF-8 CSV with a header, an energy column <c>energy_keV</c> or <c>energy_MeV</c>
    /// and a value column <c>mass_attenuation_cm2_g</c> or <c>total_with_coherent</c> (XCOM's name); other columns are
    /// passed over.
    /// </summary>
    /// <exception cref="InputException">
    /// <c>PhysicsTableInvalid</c>, <c>AttenuationTableInvalid</c>, and the faults of CSV files.
    /// </exception>
    public static Material FromFile(string path, string name, double density)
    {
        var (energies, values) = PhysicsTable.Read(path, "mass_attenuation_cm2_g", "total_with_coherent");
        return new Material(name, density, new MassAttenuation(energies, values));
    }
}
