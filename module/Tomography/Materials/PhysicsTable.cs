using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Reads two columns, an energy and a value, of a user's CSV file.</summary>
internal static class PhysicsTable
{
    private const int MostRows = 100_000;

    /// <summary>The energies in keV and the values, in the order of the file.</summary>
    /// <exception cref="InputException">
    /// <c>PhysicsTableInvalid</c>, with the line as target: a column is missing or there twice, a cell is no finite
    /// number, the table is empty or has more than 100,000 rows.
    /// </exception>
    public static (double[] Energies, double[] Values) Read(string path, params string[] valueColumns)
    {
        using var stream = InputFile.OpenText(path);
        return CsvTable.Read(stream, path, ',', table => Read(table, path, valueColumns));
    }

    private static (double[] Energies, double[] Values) Read(CsvTable table, string path, string[] valueColumns)
    {
        if (!table.Next()) throw Invalid(path, 0, "is empty");
        var header = table.Texts();
        var energy = Column(header, path, "energy_keV", "energy_MeV");
        var scale = header[energy].Equals("energy_MeV", StringComparison.OrdinalIgnoreCase) ? 1000.0 : 1.0;
        var value = Column(header, path, valueColumns);
        var (energies, values) = (new List<double>(), new List<double>());
        while (table.Next())
        {
            if (energies.Count == MostRows) throw Invalid(path, table.Line, $"has more than {MostRows} rows");
            energies.Add(scale * Number(table, energy, path));
            values.Add(Number(table, value, path));
        }

        return energies.Count > 0 ? ([.. energies], [.. values]) : throw Invalid(path, table.Line, "has no row after its header");
    }

    private static int Column(string[] header, string path, params string[] names)
    {
        var found = Enumerable.Range(0, header.Length)
            .Where(column => names.Contains(header[column], StringComparer.OrdinalIgnoreCase)).ToArray();
        var wanted = string.Join(" or ", names);
        return found.Length switch
        {
            1 => found[0],
            0 => throw Invalid(path, 1, $"has no column {wanted} in its first line"),
            _ => throw Invalid(path, 1, $"has more than one column {wanted}"),
        };
    }

    private static double Number(CsvTable table, int column, string path)
    {
        var isNumber = double.TryParse(table.Bytes(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        return isNumber && double.IsFinite(value)
            ? value
            : throw Invalid(
                path, table.Line, $"holds '{Printable.Text(table.Text(column))}' in column {column + 1}, which is no finite number");
    }

    private static InputException Invalid(string path, long line, string reason) => new(
        "PhysicsTableInvalid", FaultKind.InvalidData,
        string.Create(CultureInfo.InvariantCulture, $"'{path}' {reason} (line {line})."), line);
}
