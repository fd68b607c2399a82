using CsvHelper;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>The certificate of each image as a CSV file; the radius, in pixel units, is empty where there is none.</summary>
public static class CertificateTable
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="report">What smoothing said.</param>
    /// <param name="draws">The noisy copies of each image that bounded the share of its class.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>.</exception>
    public static void Write(SmoothingReport report, int draws, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(report);
        CsvTableFile.Write(
            path,
            report.Images.Select(image => new CertificateRow(
                image.Index, image.Label, image.Chosen, image.Votes, draws, image.Certificate.LowerBound, image.Certificate.Radius)),
            overwrite);
    }
}

/// <summary>An image as a row of the file.</summary>
[CsvRecord]
internal sealed partial record CertificateRow(
    [property: CsvColumn("index")] int Index, [property: CsvColumn("label")] int Label, [property: CsvColumn("chosen")] int Chosen,
    [property: CsvColumn("votes")] int Votes, [property: CsvColumn("draws")] int Draws,
    [property: CsvColumn("lower_bound")] double LowerBound, [property: CsvColumn("radius")] double? Radius);
