using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;
using Xunit;

namespace Thesis.Engine.Tests.Tomography;

public sealed class MaterialTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"thesis-{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("mu_water", "water")]
    [InlineData("mu_bone", "bone")]
    [InlineData("mu_ti", "Ti")]
    public void Mass_attenuation_is_that_of_the_vectors(string vector, string material)
    {
        var expected = TomographyData.Simulation(vector);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(1, NistTables.Of(material).At(20 + i) / expected[i], 1e-5);
        }
    }

    [Theory]
    [InlineData("water", "H2O", 0.013)]
    [InlineData("bone", "BONE_Cortical_ICRU44", 0.004)]
    [InlineData("Ti", "Ti", 0.003)]
    [InlineData("Fe", "Fe", 0.003)]
    [InlineData("Cu", "Cu", 0.003)]
    [InlineData("Au", "Au", 0.004)]
    public void Mass_attenuation_is_near_that_of_XCOM_at_every_keV(string material, string file, double tolerance)
    {
        var table = Material.FromFile(TestData.Find("mar_physics", $"Miuof{file}.csv"), file, 1).Attenuation;
        for (var energy = 20; energy <= 120; energy++)
        {
            var ratio = NistTables.Of(material).At(energy) / table.At(energy);
            Assert.True(Math.Abs(ratio - 1) <= tolerance, $"{energy} keV: {ratio}");
        }
    }

    // Tables 3 and 4 of Hubbell and Seltzer (NIST SRD 126), read in two public copies of them: what XCOM's files of
    // mar_physics, which end at 120 keV, do not hold.
    [Theory]
    [InlineData("bone", 150, 0.1480)]
    [InlineData("Fe", 150, 0.1964)]
    [InlineData("Au", 80.725, 8.904)]
    [InlineData("Au", 150, 1.860)]
    [InlineData("Al", 20, 3.441)]
    [InlineData("Al", 30, 1.128)]
    [InlineData("Al", 40, 0.5685)]
    [InlineData("Al", 50, 0.3681)]
    [InlineData("Al", 60, 0.2778)]
    [InlineData("Al", 80, 0.2018)]
    [InlineData("Al", 100, 0.1704)]
    [InlineData("Al", 150, 0.1378)]
    [InlineData("W", 20, 65.73)]
    [InlineData("W", 30, 22.73)]
    [InlineData("W", 40, 10.67)]
    [InlineData("W", 50, 5.949)]
    [InlineData("W", 60, 3.713)]
    [InlineData("W", 69.525, 11.23)]
    [InlineData("W", 80, 7.810)]
    [InlineData("W", 100, 4.438)]
    [InlineData("W", 150, 1.581)]
    public void Knots_beyond_XCOMs_files_are_those_of_the_tables(string material, double energy, double expected) =>
        Assert.Equal(expected, NistTables.Of(material).At(energy), 1e-12);

    [Theory]
    [InlineData("water", "H2O")]
    [InlineData("bone", "BONE_Cortical_ICRU44")]
    [InlineData("Ti", "Ti")]
    [InlineData("Fe", "Fe")]
    [InlineData("Cu", "Cu")]
    [InlineData("Au", "Au")]
    public void Knots_are_XCOMs_values(string material, string file)
    {
        var table = Material.FromFile(TestData.Find("mar_physics", $"Miuof{file}.csv"), file, 1).Attenuation;
        int[] energies = [20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 100, 110, 120];
        foreach (var energy in energies) Assert.Equal(1, NistTables.Of(material).At(energy) / table.At(energy), 1e-12);
    }

    [Fact]
    public void Between_knots_attenuation_is_a_power_of_the_energy_and_jumps_at_an_edge()
    {
        var table = new MassAttenuation([10, 40, 40, 160], [8, 1, 6, 3]);
        Assert.Equal(8 * Math.Pow(2, -1.5), table.At(20), 1e-12);
        Assert.Equal(6 * Math.Pow(2, -0.5), table.At(80), 1e-12);
        Assert.Equal(6, table.At(40), 1e-12);
        Assert.Equal(1, table.At(40 - 1e-12), 1e-9);
        Assert.Equal(3, table.At(160), 1e-12);
        Assert.True(NistTables.Of("Au").At(80.73) > 4 * NistTables.Of("Au").At(80.72));
    }

    [Theory]
    [InlineData(9.99)]
    [InlineData(161)]
    [InlineData(double.NaN)]
    public void An_energy_beyond_the_table_is_refused(double energy)
    {
        var table = new MassAttenuation([10, 160], [8, 1]);
        Assert.Equal("EnergyOutOfTable", Assert.Throws<InputException>(() => table.At(energy)).ErrorId);
    }

    [Theory]
    [InlineData("10;10;10", "1;2;3", 2)]
    [InlineData("10;9", "1;2", 1)]
    [InlineData("0;9", "1;2", 0)]
    [InlineData("1;9", "1;-2", 1)]
    [InlineData("1", "1", -1)]
    public void A_table_out_of_order_is_refused_with_its_row(string energies, string values, int row)
    {
        var fault = Assert.Throws<InputException>(() => new MassAttenuation(Numbers(energies), Numbers(values)));
        Assert.Equal("AttenuationTableInvalid", fault.ErrorId);
        Assert.Equal(row, fault.Target);
    }

    [Fact]
    public void The_spectrum_by_formula_is_that_of_the_vectors()
    {
        var expected = TomographyData.Simulation("spectrum120");
        var spectrum = PhotonSpectrum.Tube120;
        Assert.Equal(101, spectrum.Weights.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], spectrum.Weights[i], 1e-5 * expected.Max());
        Assert.Equal(1, spectrum.Weights.ToArray().Sum(), 1e-12);
        Assert.Equal(55.4, spectrum.MeanEnergy, 0.05);
    }

    [Fact]
    public void The_water_correction_is_that_of_the_vectors()
    {
        var expected = TomographyData.Simulation("bhc");
        var correction = WaterCorrection.Fit(PhotonSpectrum.Tube120);
        Assert.Equal(1, correction.Linear / expected[0], 1e-5);
        Assert.Equal(1, correction.Quadratic / expected[1], 1e-5);
        Assert.Equal(1, correction.Cubic / expected[2], 1e-5);
    }

    [Fact]
    public void The_water_correction_of_the_public_spectrum_is_the_published_one()
    {
        var spectrum = PhotonSpectrum.FromFile(TestData.Find("mar_physics", "GE14Spectrum120KVP.csv"));
        Assert.Equal(55.1, spectrum.MeanEnergy, 0.1);
        var correction = WaterCorrection.Fit(spectrum);
        Assert.Equal(0.80370, correction.Linear, 0.002);
        Assert.Equal(0.023014, correction.Quadratic, 0.0003);
        Assert.Equal(-0.00084440, correction.Cubic, 0.00002);
    }

    [Fact]
    public void Of_one_energy_attenuation_is_the_line_integral_scaled()
    {
        var attenuation = new double[3];
        var model = new PolychromaticModel(PhotonSpectrum.Monochromatic(50), Material.Water, Material.Iron);
        model.Attenuate([new float[] { 0, 1, 2 }, new float[] { 0, 0.5f, 3 }], attenuation);
        var (water, iron) = (Material.Water.RelativeAttenuation(50), Material.Iron.RelativeAttenuation(50));
        Assert.Equal(0, attenuation[0], 1e-12);
        Assert.Equal(water + (0.5 * iron), attenuation[1], 1e-12);
        Assert.Equal((2 * water) + (3 * iron), attenuation[2], 1e-12);
    }

    [Fact]
    public void A_users_tables_are_read_by_the_names_of_their_columns()
    {
        File.WriteAllText(_file, "energy_MeV,coherent,total_with_coherent\n0.02,1,4\n0.08,1,2\n");
        var material = Material.FromFile(_file, "alloy", 5);
        Assert.Equal(4 * Math.Sqrt(0.5), material.Attenuation.At(40), 1e-9);
        Assert.Equal(5 * material.Attenuation.At(70), material.ReferenceAttenuation, 1e-12);

        File.WriteAllText(_file, "energy_keV,relative_photons\n10,5\n20,1\n30,3\n40,0\n");
        var spectrum = PhotonSpectrum.FromFile(_file);
        Assert.Equal([20, 30], spectrum.Energies.ToArray());
        Assert.Equal([0.25, 0.75], spectrum.Weights.ToArray());
    }

    [Theory]
    [InlineData("", "PhysicsTableInvalid")]
    [InlineData("energy_keV,relative_photons\n", "PhysicsTableInvalid")]
    [InlineData("energy,relative_photons\n20,1\n", "PhysicsTableInvalid")]
    [InlineData("energy_keV,energy_keV,relative_photons\n20,20,1\n", "PhysicsTableInvalid")]
    [InlineData("energy_keV,relative_photons\n20,NaN\n", "PhysicsTableInvalid")]
    [InlineData("energy_keV,relative_photons\n20,\"1,5\"\n", "PhysicsTableInvalid")]
    [InlineData("energy_keV,relative_photons\n20\n", "FeatureRowRagged")]
    [InlineData("energy_keV,relative_photons\n20,-1\n", "SpectrumInvalid")]
    [InlineData("energy_keV,relative_photons\n20,1\n20,2\n", "SpectrumInvalid")]
    [InlineData("energy_keV,relative_photons\n20,0\n30,0\n", "SpectrumInvalid")]
    [InlineData("energy_keV,relative_photons\n10,1\n", "SpectrumInvalid")]
    public void A_bad_spectrum_is_one_error(string text, string errorId)
    {
        File.WriteAllText(_file, text);
        Assert.Equal(errorId, Assert.Throws<InputException>(() => PhotonSpectrum.FromFile(_file)).ErrorId);
    }

    [Fact]
    public void Names_and_densities_out_of_range_are_refused()
    {
        Assert.Equal("MaterialUnknown", Assert.Throws<InputException>(() => Material.Metal("lead")).ErrorId);
        Assert.Same(Material.Gold, Material.Metal("AU"));
        Assert.Equal(
            "OptionOutOfRange",
            Assert.Throws<InputException>(() => new Material("x", 0, NistTables.Of("Ti"))).ErrorId);
        Assert.Equal(
            "EnergyOutOfTable",
            Assert.Throws<InputException>(() => new Material("x", 1, new MassAttenuation([1, 60], [2, 1]))).ErrorId);
    }

    [Theory]
    [InlineData(0, 0.192)]
    [InlineData(-1000, 0)]
    [InlineData(1000, 0.384)]
    public void Hounsfield_units_and_attenuation_are_one_line(double hounsfield, double attenuation)
    {
        Assert.Equal(attenuation, HounsfieldScale.ToAttenuation(hounsfield), 1e-12);
        Assert.Equal(hounsfield, HounsfieldScale.ToHounsfield(attenuation), 1e-9);
    }

    [Fact]
    public void Hounsfield_units_below_air_become_air_and_impossible_ones_are_refused()
    {
        var values = new float[] { -3024, 0, 100 };
        HounsfieldScale.ToAttenuation(values, values, 3);
        Assert.Equal([0f, 0.192f, 0.2112f], values);
        foreach (var (bad, id) in new[]
        {
            (float.NaN, "HounsfieldNotFinite"), (float.PositiveInfinity, "HounsfieldNotFinite"),
            (70000, "HounsfieldOutOfRange"), (-40000, "HounsfieldOutOfRange"),
        })
        {
            var fault = Assert.Throws<InputException>(() => HounsfieldScale.ToAttenuation([0, 0, bad], new float[3], 2));
            Assert.Equal(id, fault.ErrorId);
            Assert.Equal(2, fault.Target);
            Assert.Contains("row 1, column 0", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tissue_is_water_up_to_100_HU_and_bone_from_1500_HU()
    {
        float At(double hounsfield) => (float)HounsfieldScale.ToAttenuation(hounsfield);
        var image = new SliceImage([At(-500), At(100), At(800), At(1500), At(2500)], 1, 5);
        var (water, bone) = TissueDecomposition.Split(image);
        Assert.Equal([0, 0, 0.5 * At(800), At(1500), At(2500)], bone.Values.Select(value => (double)value), Near);
        Assert.Equal(image.Values, water.Values.Zip(bone.Values, (w, b) => w + b), (a, b) => Math.Abs(a - b) < 1e-6);

        static bool Near(double a, double b) => Math.Abs(a - b) < 1e-6;
    }

    private static double[] Numbers(string text) =>
        [.. text.Split(';').Select(cell => double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture))];
}
