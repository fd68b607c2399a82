using System.Text;
using CsvHelper;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The curve of cluster counts as a CSV file: threshold, clusters, kink (1 in one row, else 0).</summary>
public static class KinkCurveFile
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void Write(KinkCurve curve, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(curve);
        AtomicFile.Write(path, stream => Write(curve, stream), overwrite);
    }

    private static void Write(KinkCurve curve, Stream stream)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        using var csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader<KinkCurveRow>();
        for (var t = 0; t < curve.Counts.Length; t++)
        {
            csv.WriteRecord(new KinkCurveRow(curve.Thresholds[t], curve.Counts[t], t == curve.Kink ? 1 : 0));
        }
    }
}

/// <summary>A cut as a row of the file.</summary>
[CsvRecord]
internal sealed partial record KinkCurveRow(
    [property: CsvColumn("threshold")] double Threshold, [property: CsvColumn("clusters")] int Clusters,
    [property: CsvColumn("kink")] int Kink);
