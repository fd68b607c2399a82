using System.Text;
using CsvHelper;
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
        AtomicFile.Write(path, stream => Write(pairs, stream), overwrite);
    }

    private static void Write(PairDistribution pairs, Stream stream)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        using var csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader<PairDensityRow>();
        for (var i = 0; i < PairDistribution.Distances.Count; i++)
        {
            csv.WriteRecord(new PairDensityRow(PairDistribution.Distances[i], pairs.Matched[i], pairs.Mismatched[i]));
        }
    }
}

/// <summary>A distance as a row of the file.</summary>
[CsvRecord]
internal sealed partial record PairDensityRow(
    [property: CsvColumn("distance")] double Distance, [property: CsvColumn("matched")] double Matched,
    [property: CsvColumn("mismatched")] double Mismatched);
