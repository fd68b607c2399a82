using CsvHelper;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The two densities as a CSV file: distance, matched, mismatched.</summary>
public static class PairDistributionFile
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void Write(PairDistribution pairs, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        CsvTableFile.Write(
            path,
            PairDistribution.Distances.Select((distance, i) => new PairDensityRow(distance, pairs.Matched[i], pairs.Mismatched[i])),
            overwrite);
    }
}

/// <summary>A distance as a row of the file.</summary>
[CsvRecord]
internal sealed partial record PairDensityRow(
    [property: CsvColumn("distance")] double Distance, [property: CsvColumn("matched")] double Matched,
    [property: CsvColumn("mismatched")] double Mismatched);
