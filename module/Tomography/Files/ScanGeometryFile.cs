using System.Globalization;
using System.Text;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A geometry as JSON, one object of numbers whose names say their units. <c>detector</c>, <c>views</c>, <c>bins</c>, the
/// bin spacing (<c>bin_spacing_rad</c> for an arc, else <c>bin_spacing_cm</c>), <c>image_size</c> and
/// <c>pixel_size_cm</c> must be there, and the distances that the detector has; an unknown key is refused.
/// </summary>
public static class ScanGeometryFile
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaximumLength = 1 << 16;

    private const string Detector = "detector";
    private const string Views = "views";
    private const string Bins = "bins";
    private const string SpacingAngle = "bin_spacing_rad";
    private const string SpacingLength = "bin_spacing_cm";
    private const string ImageSize = "image_size";
    private const string PixelSize = "pixel_size_cm";
    private const string SourceDistance = "source_distance_cm";
    private const string DetectorDistance = "detector_distance_cm";
    private const string StartAngle = "start_angle_rad";
    private const string AngularRange = "angular_range_rad";
    private const string DetectorOffset = "detector_offset_bins";

    // Some editors begin a text with it.
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static readonly string[] Keys =
    [
        Detector, Views, Bins, SpacingAngle, SpacingLength, ImageSize, PixelSize, SourceDistance, DetectorDistance,
        StartAngle, AngularRange, DetectorOffset,
    ];

    // By the numbers of DetectorKind.
    private static readonly string[] DetectorNames = ["arc", "flat", "parallel"];

    /// <summary>The geometry of a preset's name or, where there is no such preset, of a file.</summary>
    /// <param name="nameOrPath">The name or the path.</param>
    /// <param name="resolve">Makes a path of the user's one of the file system.</param>
    /// <exception cref="InputException"><c>GeometryUnknown</c>, or a fault of the file.</exception>
    public static ScanGeometry Find(string nameOrPath, Func<string, string> resolve)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        ArgumentNullException.ThrowIfNull(resolve);
        if (ScanPresets.Names.Contains(nameOrPath, StringComparer.OrdinalIgnoreCase)) return ScanPresets.Find(nameOrPath);
        var path = resolve(nameOrPath);
        if (File.Exists(path)) return Read(path);
        throw new InputException(
            "GeometryUnknown", FaultKind.InvalidArgument,
            $"'{nameOrPath}' names no geometry, and there is no file '{path}'. Known: {string.Join(", ", ScanPresets.Names)}.",
            nameOrPath);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException"><c>GeometryInvalid</c>, with the path and the key.</exception>
    public static ScanGeometry Read(string path)
    {
        using var stream = InputFile.Open(path);
        if (stream.Length > MaximumLength)
        {
            throw Invalid(path, string.Create(CultureInfo.InvariantCulture, $"it has more than {MaximumLength} bytes"));
        }

        var bytes = new byte[stream.Length];
        InputFile.Guard(path, () =>
        {
            stream.ReadExactly(bytes);
            return 0;
        });
        return Parse(bytes, path);
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="InputException"><c>GeometryInvalid</c>, with the path and the key.</exception>
    public static ScanGeometry Parse(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(
                json.Span.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json,
                new JsonDocumentOptions { MaxDepth = 2, AllowDuplicateProperties = false });
            return FromValues(new Values(document.RootElement, source));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The second is what a text that is no Unicode gives.
            throw Invalid(source, $"it is no JSON object with each key once ({fault.Message})", fault);
        }
        catch (InputException fault) when (fault.Target is null)
        {
            // The record's own checks know no file.
            throw Invalid(source, fault.Message, fault);
        }
    }

    /// <summary>Writes a geometry.</summary>
    public static void Write(Stream stream, ScanGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        Write(writer, geometry);
    }

    /// <summary>The geometry as JSON, in one line.</summary>
    public static string ToJson(ScanGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, geometry);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes a geometry as one object.</summary>
    internal static void Write(Utf8JsonWriter writer, ScanGeometry geometry)
    {
        writer.WriteStartObject();
        writer.WriteString(Detector, DetectorNames[(int)geometry.Detector]);
        writer.WriteNumber(Views, geometry.Views);
        writer.WriteNumber(Bins, geometry.Bins);
        writer.WriteNumber(SpacingOf(geometry.Detector), geometry.BinSpacing);
        writer.WriteNumber(ImageSize, geometry.ImageSize);
        writer.WriteNumber(PixelSize, geometry.PixelSize);
        if (geometry.Detector != DetectorKind.Parallel) writer.WriteNumber(SourceDistance, geometry.SourceDistance);
        if (geometry.Detector == DetectorKind.Flat) writer.WriteNumber(DetectorDistance, geometry.DetectorDistance);
        writer.WriteNumber(StartAngle, geometry.StartAngle);
        writer.WriteNumber(AngularRange, geometry.AngularRange);
        writer.WriteNumber(DetectorOffset, geometry.DetectorOffset);
        writer.WriteEndObject();
    }

    private static ScanGeometry FromValues(Values values)
    {
        var detector = values.Detector();
        return new ScanGeometry(
            detector, values.Count(Views), values.Count(Bins), values.Number(SpacingOf(detector)), values.Count(ImageSize),
            values.Number(PixelSize), values.Number(SourceDistance, detector == DetectorKind.Parallel ? 0 : null),
            values.Number(DetectorDistance, detector == DetectorKind.Flat ? null : 0), values.Number(StartAngle, 0),
            values.Number(AngularRange, 2 * Math.PI), values.Number(DetectorOffset, 0));
    }

    private static string SpacingOf(DetectorKind detector) =>
        detector == DetectorKind.Arc ? SpacingAngle : SpacingLength;

    private static InputException Invalid(string source, string reason, Exception? cause = null) => new(
        ScanErrorIds.GeometryInvalid, FaultKind.InvalidData, $"'{source}' is no valid geometry: {reason}", source, cause);

    /// <summary>The object's values, each by its key.</summary>
    private sealed class Values
    {
        private readonly JsonElement _root;
        private readonly string _source;

        public Values(JsonElement root, string source)
        {
            (_root, _source) = (root, source);
            if (root.ValueKind != JsonValueKind.Object) throw Invalid(source, "it is no JSON object.");
            foreach (var property in root.EnumerateObject())
            {
                if (Keys.Contains(property.Name)) continue;
                throw Invalid(
                    source, $"the key '{Printable.Text(property.Name)}' is unknown. Known: {string.Join(", ", Keys)}.");
            }
        }

        public DetectorKind Detector()
        {
            if (!_root.TryGetProperty(ScanGeometryFile.Detector, out var value)) throw Missing(ScanGeometryFile.Detector);
            var name = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            var kind = Array.IndexOf(DetectorNames, name);
            return kind >= 0
                ? (DetectorKind)kind
                : throw Invalid(
                    _source, $"'{ScanGeometryFile.Detector}' must be one of {string.Join(", ", DetectorNames)}.");
        }

        public int Count(string key)
        {
            if (!_root.TryGetProperty(key, out var value)) throw Missing(key);

            // ConvertTo-Json writes a whole number that is a double with a fraction of 0.
            return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
                && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
                ? (int)number
                : throw Invalid(_source, $"'{key}' must be a whole number.");
        }

        public double Number(string key, double? otherwise = null)
        {
            if (!_root.TryGetProperty(key, out var value)) return otherwise ?? throw Missing(key);
            return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
                ? number
                : throw Invalid(_source, $"'{key}' must be a finite number.");
        }

        private InputException Missing(string key) => Invalid(_source, $"the key '{key}' is missing.");
    }
}
