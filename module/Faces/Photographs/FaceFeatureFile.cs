using System.Globalization;
using CsvHelper;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>A face of a photograph, as a row of a file.</summary>
/// <param name="Id">The face's id.</param>
/// <param name="Path">The photograph.</param>
/// <param name="Identity">The known identity; null where there is none.</param>
/// <param name="Model">The model that made its feature.</param>
/// <param name="Face">What was found.</param>
public sealed record FaceFeatureRow(string Id, string Path, string? Identity, string Model, EmbeddedFace Face);

/// <summary>
/// Writes faces with their features: an npz with features (N x D), ids, photographs, identities where they are known, models, and an entry for
/// left, top, width, height, score, sharpness and each landmark's coordinates (NaN for aligned faces); or a CSV file with columns of
/// the same names and f0 to f(D-1). Invoke-FaceClustering reads both.
/// </summary>
public static class FaceFeatureFile
{
    private static readonly string[] Points = ["right_eye", "left_eye", "nose", "right_mouth", "left_mouth"];

    private static readonly (string Name, Func<DetectedFace, double> Value)[] Columns =
    [
        ("left", face => face.Left), ("top", face => face.Top), ("width", face => face.Width), ("height", face => face.Height),
        ("score", face => face.Score),
        .. Points.SelectMany((name, k) => new (string, Func<DetectedFace, double>)[]
        {
            (name + "_x", face => face.Landmarks[k].X), (name + "_y", face => face.Landmarks[k].Y),
        }),
    ];

    /// <summary>Fails for a path of another kind than .npz and .csv; returns it.</summary>
    /// <exception cref="InputException"><c>FeatureFormatUnknown</c>.</exception>
    public static string CheckPath(string path) => IsCsv(path) || HasExtension(path, ".npz") ? path : throw new InputException(
        DataErrorIds.FormatUnknown, FaultKind.NotSupported, $"'{path}' is of no format that features are written in; .npz and .csv are.", path);

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>, <c>FeatureFormatUnknown</c>.</exception>
    public static void Write(IReadOnlyList<FaceFeatureRow> faces, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(faces);
        var write = IsCsv(CheckPath(path)) ? (Action<Stream>)(stream => WriteCsv(faces, stream)) : stream => WriteNpz(faces, stream);
        AtomicFile.Write(path, write, overwrite);
    }

    private static bool IsCsv(string path) => HasExtension(path, ".csv");

    private static bool HasExtension(string path, string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private static void WriteNpz(IReadOnlyList<FaceFeatureRow> faces, Stream stream)
    {
        using var npz = new NpzWriter(stream);
        var dimension = faces.Select(face => face.Face.Feature.Length).FirstOrDefault();
        npz.Add<float>("features", faces.SelectMany(face => face.Face.Feature).ToArray(), faces.Count, dimension);
        npz.Add("ids", [.. faces.Select(face => face.Id)]);
        npz.Add("photographs", [.. faces.Select(face => face.Path)]);
        if (faces.Any(face => face.Identity is not null)) npz.Add("identities", [.. faces.Select(face => face.Identity ?? "")]);
        npz.Add("models", [.. faces.Select(face => face.Model)]);
        npz.Add<double>("sharpness", faces.Select(face => face.Face.Sharpness).ToArray(), faces.Count);
        foreach (var (name, value) in Columns)
        {
            npz.Add<double>(name, faces.Select(face => face.Face.Detection is { } found ? value(found) : double.NaN).ToArray(), faces.Count);
        }
    }

    private static void WriteCsv(IReadOnlyList<FaceFeatureRow> faces, Stream stream)
    {
        var dimension = faces.Select(face => face.Face.Feature.Length).FirstOrDefault();
        CsvTableFile.Write(
            stream,
            [
                "id", "photograph", "identity", "model", "sharpness", .. Columns.Select(column => column.Name),
                .. Enumerable.Range(0, dimension).Select(k => string.Create(CultureInfo.InvariantCulture, $"f{k}")),
            ],
            faces.Select(row => (string[])
            [
                row.Id, row.Path, row.Identity ?? "", row.Model, row.Face.Sharpness.ToString("R", CultureInfo.InvariantCulture),
                .. Columns.Select(column => row.Face.Detection is { } found ? Text((float)column.Value(found)) : ""),
                .. row.Face.Feature.Select(Text),
            ]));
    }

    private static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>Writes why files and faces gave no feature, a row each: photograph, reason, left, top, width, height, score.</summary>
public static class LeftOutFile
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>, <c>FileNotWritable</c>.</exception>
    public static void Write(IEnumerable<LeftOutFace> faces, string path, bool overwrite) => CsvTableFile.Write(
        path,
        faces.Select(left => new LeftOutRow(
            left.Path, left.Reason, left.Face?.Left, left.Face?.Top, left.Face?.Width, left.Face?.Height, left.Face?.Score)),
        overwrite);
}

/// <summary>A row of the file.</summary>
[CsvRecord]
internal sealed partial record LeftOutRow(
    [property: CsvColumn("photograph")] string Photograph, [property: CsvColumn("reason")] string Reason,
    [property: CsvColumn("left")] float? Left, [property: CsvColumn("top")] float? Top,
    [property: CsvColumn("width")] float? Width, [property: CsvColumn("height")] float? Height, [property: CsvColumn("score")] float? Score);
