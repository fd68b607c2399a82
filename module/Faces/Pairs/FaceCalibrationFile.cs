using System.Globalization;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// A calibration as JSON: one object whose keys all must be there and no others, with two tables of <c>shares</c> and
/// <c>distances</c>. The module brings those of the features of <see cref="Names"/>.
/// </summary>
public static class FaceCalibrationFile
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaximumLength = 1 << 16;

    private const string Format = "face_calibration";
    private const int Version = 1;
    private const string Feature = "feature";
    private const string Dimension = "dimension";
    private const string Subjects = "subjects";
    private const string Faces = "faces";
    private const string Epsilon = "epsilon";
    private const string Eta = "eta";
    private const string FalseMergeRate = "false_merge_rate";
    private const string Threshold = "threshold";
    private const string ThresholdLow = "threshold_low";
    private const string ThresholdHigh = "threshold_high";
    private const string Matched = "matched";
    private const string Mismatched = "mismatched";
    private const string Shares = "shares";
    private const string Distances = "distances";

    private const string Resource = "Thesis.Engine.calibrations.";
    private const string Extension = ".json";

    // A threshold in the file is what its table gives, up to what a decimal number may lose.
    private const double Rounding = 1e-6;

    private static readonly string[] Keys =
    [
        Format, Feature, Dimension, Subjects, Faces, Epsilon, Eta, FalseMergeRate, Threshold, ThresholdLow, ThresholdHigh,
        Matched, Mismatched,
    ];

    /// <summary>The features whose calibration the module brings.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(FaceCalibrationFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Resource, StringComparison.Ordinal))
            .Select(name => name[Resource.Length..^Extension.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>The calibration that the module brings by this name or, where there is none, of a file.</summary>
    /// <param name="nameOrPath">The name or the path.</param>
    /// <param name="resolve">Makes a path of the user's one of the file system.</param>
    /// <exception cref="InputException"><c>CalibrationUnknown</c>, or a fault of the file.</exception>
    public static FaceCalibration Find(string nameOrPath, Func<string, string> resolve)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        ArgumentNullException.ThrowIfNull(resolve);
        if (Names.FirstOrDefault(name => name.Equals(nameOrPath, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            using var stream = typeof(FaceCalibrationFile).Assembly.GetManifestResourceStream(Resource + known + Extension)!;
            return Read(stream, known);
        }

        var path = resolve(nameOrPath);
        if (!File.Exists(path))
        {
            throw new InputException(
                "CalibrationUnknown", FaultKind.NotFound,
                $"'{nameOrPath}' is no file and names no calibration. Known: {string.Join(", ", Names)}.", nameOrPath);
        }

        using var file = InputFile.Open(path);
        return Read(file, path);
    }

    /// <summary>Writes a calibration, whole or not at all.</summary>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void Write(FaceCalibration calibration, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        AtomicFile.Write(path, stream => Write(calibration, stream), overwrite);
    }

    /// <summary>Reads a calibration.</summary>
    /// <param name="stream">The JSON.</param>
    /// <param name="source">Its path, for messages.</param>
    /// <exception cref="InputException"><c>CalibrationInvalid</c>, with the path and the key.</exception>
    public static FaceCalibration Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.Length > MaximumLength)
        {
            throw Invalid(source, string.Create(CultureInfo.InvariantCulture, $"it has more than {MaximumLength} bytes"));
        }

        try
        {
            using var document = InputFile.Guard(source, () => JsonDocument.Parse(
                stream, new JsonDocumentOptions { MaxDepth = 3, AllowDuplicateProperties = false }));
            return FromObject(document.RootElement, source);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            // The second is what a text that is no Unicode gives.
            throw Invalid(source, $"it is no JSON object with each key once ({fault.Message})", fault);
        }
        catch (InputException fault) when (fault.Target is null)
        {
            // The records' own checks know no file.
            throw Invalid(source, fault.Message, fault);
        }
    }

    private static void Write(FaceCalibration calibration, Stream stream)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        var (low, high) = calibration.ThresholdInterval;
        writer.WriteStartObject();
        writer.WriteNumber(Format, Version);
        writer.WriteString(Feature, calibration.Feature);
        writer.WriteNumber(Dimension, calibration.Dimension);
        writer.WriteNumber(Subjects, calibration.Subjects);
        writer.WriteNumber(Faces, calibration.Faces);
        writer.WriteNumber(Epsilon, calibration.Epsilon);
        writer.WriteNumber(Eta, calibration.Eta);
        writer.WriteNumber(FalseMergeRate, calibration.FalseMergeRate);
        writer.WriteNumber(Threshold, calibration.Threshold);
        writer.WriteNumber(ThresholdLow, low);
        writer.WriteNumber(ThresholdHigh, high);
        WriteTable(writer, Matched, calibration.Matched);
        WriteTable(writer, Mismatched, calibration.Mismatched);
        writer.WriteEndObject();
    }

    private static void WriteTable(Utf8JsonWriter writer, string key, DistanceQuantiles table)
    {
        writer.WriteStartObject(key);
        WriteNumbers(writer, Shares, table.Shares);
        WriteNumbers(writer, Distances, table.Distances);
        writer.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string key, IReadOnlyList<double> numbers)
    {
        writer.WriteStartArray(key);
        foreach (var number in numbers) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    private static FaceCalibration FromObject(JsonElement root, string source)
    {
        RequireKeys(root, Keys, source, "");
        if (!root.GetProperty(Format).TryGetInt32Strict(out var version) || version != Version)
        {
            throw Invalid(source, $"'{Format}' must be {Version}");
        }

        var calibration = new FaceCalibration
        {
            Feature = root.GetProperty(Feature) is { ValueKind: JsonValueKind.String } name ? name.GetString()! : "",
            Dimension = Count(root, Dimension, source),
            Subjects = Count(root, Subjects, source),
            Faces = Count(root, Faces, source),
            Epsilon = Number(root.GetProperty(Epsilon), Epsilon, source),
            Eta = Number(root.GetProperty(Eta), Eta, source),
            FalseMergeRate = Number(root.GetProperty(FalseMergeRate), FalseMergeRate, source),
            Matched = Table(root, Matched, source),
            Mismatched = Table(root, Mismatched, source),
        };
        var (low, high) = calibration.ThresholdInterval;
        RequireEqual(root, Threshold, calibration.Threshold, source);
        RequireEqual(root, ThresholdLow, low, source);
        RequireEqual(root, ThresholdHigh, high, source);
        return calibration;
    }

    private static DistanceQuantiles Table(JsonElement root, string key, string source)
    {
        var table = root.GetProperty(key);
        RequireKeys(table, [Shares, Distances], source, $"'{key}': ");
        return new DistanceQuantiles(Numbers(table, Shares, source), Numbers(table, Distances, source));
    }

    private static double[] Numbers(JsonElement table, string key, string source)
    {
        var array = table.GetProperty(key);
        return array.ValueKind == JsonValueKind.Array && array.GetArrayLength() <= DistanceQuantiles.MaximumLength
            ? [.. array.EnumerateArray().Select(value => Number(value, key, source))]
            : throw Invalid(source, $"'{key}' must be an array of at most {DistanceQuantiles.MaximumLength} numbers");
    }

    private static void RequireKeys(JsonElement element, string[] keys, string source, string where)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Invalid(source, $"{where}it is no JSON object");
        foreach (var property in element.EnumerateObject())
        {
            if (keys.Contains(property.Name)) continue;
            throw Invalid(
                source, $"{where}the key '{Printable.Text(property.Name)}' is unknown. Known: {string.Join(", ", keys)}");
        }

        var missing = keys.FirstOrDefault(key => !element.TryGetProperty(key, out _));
        if (missing is not null) throw Invalid(source, $"{where}the key '{missing}' is missing");
    }

    private static void RequireEqual(JsonElement root, string key, double expected, string source)
    {
        var number = Number(root.GetProperty(key), key, source);
        if (Math.Abs(number - expected) <= Rounding) return;
        throw Invalid(source, string.Create(
            CultureInfo.InvariantCulture, $"'{key}' is {number} and its table gives {expected}"));
    }

    private static int Count(JsonElement root, string key, string source) =>
        root.GetProperty(key).TryGetInt32Strict(out var count)
            ? count
            : throw Invalid(source, $"'{key}' must be a whole number");

    private static bool TryGetInt32Strict(this JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    }

    private static double Number(JsonElement value, string key, string source) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Invalid(source, $"'{key}' must be a finite number");

    private static InputException Invalid(string source, string reason, Exception? cause = null) => new(
        "CalibrationInvalid", FaultKind.InvalidData,
        $"'{source}' is no valid calibration: {reason.TrimEnd('.')}.", source, cause);
}
