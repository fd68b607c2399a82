using System.Text;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>What is known of a reduced slice: written last, so that it marks the slice as complete.</summary>
/// <param name="Settings">The settings, as <see cref="ReductionSettings.ToJson"/> writes them.</param>
/// <param name="Source">The source's description.</param>
/// <param name="MetalPixels">Pixels of the metal.</param>
/// <param name="MetalThreshold">What was above, in HU, was metal; null where a mask said it, or none can be.</param>
/// <param name="Group">The group of its size.</param>
/// <param name="Iterations">Iterations of an iterative method.</param>
/// <param name="Objective">The objective that it reached.</param>
public sealed record ReductionRecord(
    string Settings, string Source, int MetalPixels, double? MetalThreshold, string Group, int? Iterations, double? Objective)
{
    private const int MaximumLength = 1 << 16;

    /// <summary>Reads a record.</summary>
    /// <exception cref="InputException"><c>ReductionRecordInvalid</c>.</exception>
    public static ReductionRecord Read(string path)
    {
        using var stream = InputFile.Open(path);
        try
        {
            if (stream.Length > MaximumLength) throw new JsonException($"It has {stream.Length} bytes.");
            return InputFile.Guard(path, () => JsonSerializer.Deserialize<ReductionRecord>(stream, Strict))
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException fault)
        {
            throw Invalid(path, fault);
        }
    }

    private static InputException Invalid(string path, Exception fault) => new(
        "ReductionRecordInvalid", FaultKind.InvalidData,
        $"'{path}' is no record of a reduced slice: {fault.Message} Give -Force to make the slice again.", path, fault);

    /// <summary>
    /// How the metal of a reduced image was found, as its record says it; nothing is metal where it was by a threshold that
    /// there is none of, and a mask of a volume has its margin already. The default where there is no record.
    /// </summary>
    /// <param name="imagePath">The image.</param>
    /// <exception cref="InputException"><c>ReductionRecordInvalid</c>.</exception>
    public static MetalDetection DetectionOf(string imagePath)
    {
        ArgumentNullException.ThrowIfNull(imagePath);
        var path = Path.Combine(Path.GetDirectoryName(imagePath) ?? "", CtFile.NameOf(imagePath) + ".json");
        if (!File.Exists(path)) return new MetalDetection();
        var record = Read(path);
        try
        {
            using var settings = JsonDocument.Parse(record.Settings);
            var isVolume = settings.RootElement.TryGetProperty(ReductionSettings.VolumeKey, out _);
            return new MetalDetection
            {
                Threshold = record.MetalThreshold ?? HounsfieldScale.Largest,
                Margin = isVolume ? 0 : Number(settings.RootElement, "metal_margin", 0),
                LeastPixels = Number(settings.RootElement, "metal_least_pixels", 1),
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw Invalid(path, fault);
        }

        static int Number(JsonElement settings, string key, int otherwise) =>
            settings.TryGetProperty(key, out var value) ? value.GetInt32() : otherwise;
    }

    /// <summary>Writes the record, whole or not at all.</summary>
    public void Write(string path) => AtomicFile.Write(
        path, stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, Strict))));

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict) { WriteIndented = true };
}
