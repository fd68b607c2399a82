using CsvHelper;
using Thesis.Engine.Data;
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
        CsvTableFile.Write(
            path,
            curve.Cuts.Select(cut => new OracleCurveRow(cut.Threshold, cut.Clusters, cut.Precision, cut.Recall, cut.F)),
            overwrite);
    }
}

/// <summary>A cut as a row of the file.</summary>
[CsvRecord]
internal sealed partial record OracleCurveRow(
    [property: CsvColumn("threshold")] double Threshold, [property: CsvColumn("clusters")] int Clusters,
    [property: CsvColumn("precision")] double Precision, [property: CsvColumn("recall")] double Recall,
    [property: CsvColumn("f")] double F);
