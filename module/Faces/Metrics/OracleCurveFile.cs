using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
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
        using var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
        foreach (var name in (string[])["threshold", "clusters", "precision", "recall", "f"]) csv.WriteField(name);
        csv.NextRecord();
        foreach (var cut in curve.Cuts)
        {
            csv.WriteField(cut.Threshold);
            csv.WriteField(cut.Clusters);
            csv.WriteField(cut.Precision);
            csv.WriteField(cut.Recall);
            csv.WriteField(cut.F);
            csv.NextRecord();
        }
    }
}
