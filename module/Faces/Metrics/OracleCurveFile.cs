using System.Text;
using CsvHelper;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>All cuts of a tree as a CSV file: threshold, clusters, precision, recall, f.</summary>
public static class OracleCurveFile
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void Write(OracleCurve curve, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(curve);
        AtomicFile.Write(path, stream => Write(curve, stream), overwrite);
    }

    private static void Write(OracleCurve curve, Stream stream)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        using var csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        csv.WriteHeader<Row>();
        foreach (var cut in curve.Cuts)
        {
            csv.WriteRecord(new Row(cut.Threshold, cut.Clusters, cut.Precision, cut.Recall, cut.F));
        }
    }

    private sealed record Row(
        [property: CsvColumn("threshold")] double Threshold, [property: CsvColumn("clusters")] int Clusters,
        [property: CsvColumn("precision")] double Precision, [property: CsvColumn("recall")] double Recall,
        [property: CsvColumn("f")] double F);
}
