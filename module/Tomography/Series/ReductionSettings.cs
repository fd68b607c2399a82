using System.Text;
using System.Text.Json;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>How the slices of a series are reduced.</summary>
public sealed record ReductionSettings
{
    /// <summary>In the settings of a slice whose metal was found in its volume.</summary>
    internal const string VolumeKey = "metal_volume";

    /// <summary>
    /// The method: one of <see cref="ArtifactReducer.Names"/> or of <see cref="ReducerArchitecture.Methods"/>.
    /// </summary>
    public required string Method { get; init; }

    /// <summary>The geometry of images without a sinogram.</summary>
    public required GeometryChoice Geometry { get; init; }

    /// <summary>How metal is found where no mask is given.</summary>
    public MetalDetection Detection { get; init; } = new();

    /// <summary>Whether the metal is put back.</summary>
    public bool KeepMetal { get; init; } = true;

    /// <summary>Whether an image is replaced by the method's own reconstruction; else it is corrected.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The unit of npy images.</summary>
    public PixelUnit Unit { get; init; }

    /// <summary>The network of a learned method; null for the others.</summary>
    public LearnedReducer? Model { get; init; }

    /// <summary>How sinograms become images.</summary>
    public ReconstructionOptions Reconstruction { get; init; } = new();

    /// <summary>Options of tv.</summary>
    public TotalVariationOptions Variation { get; init; } = new();

    /// <summary>
    /// The settings of one output and a hash of what it is made from, as canonical JSON: equal texts make equal files.
    /// </summary>
    /// <param name="format">The format of the output.</param>
    /// <param name="input">The slice and its files.</param>
    /// <exception cref="InputException">A fault of the slice's sinogram, its geometry or its trace.</exception>
    public string ToJson(CtFormat format, ScanInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var geometry = input.GeometryOf(Geometry);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("method", Method.ToLowerInvariant());
            writer.WriteString("format", format.ToString().ToLowerInvariant());
            writer.WriteString("unit", (Unit == PixelUnit.Attenuation ? Unit : PixelUnit.Hounsfield).ToString().ToLowerInvariant());
            writer.WriteBoolean("keep_metal", KeepMetal);
            writer.WriteBoolean("full_reconstruction", IsWhole);
            WriteMetal(writer, input);
            writer.WriteString("filter", Reconstruction.Filter.ToString().ToLowerInvariant());
            if (Reconstruction.Extrapolate && input.SinogramPath is not null) writer.WriteBoolean("extrapolate", true);
            if (Method.Equals("tv", StringComparison.OrdinalIgnoreCase))
            {
                writer.WriteNumber("tv_lambda", Variation.LambdaFor(geometry));
                writer.WriteNumber("tv_iterations", Variation.Iterations);
                writer.WriteNumber("tv_tolerance", Variation.Tolerance);
            }

            if (Model is not null) writer.WriteString("model_sha256", Model.Sha256);
            writer.WritePropertyName("geometry");
            ScanGeometryFile.Write(writer, geometry);
            if (input.SinogramPath is { } sinogram) writer.WriteString("sinogram", Path.GetFileName(sinogram));
            if (input.TracePath is { } trace) writer.WriteString("trace", Path.GetFileName(trace));
            writer.WriteString("input_sha256", input.Fingerprint());
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The reduction.</summary>
    internal IArtifactReduction CreateMethod() => Model is null
        ? ArtifactReducer.MethodOf(Method, Variation, IsWhole)
        : ArtifactReducer.OnImages(new LearnedReduction(Model), IsWhole);

    private void WriteMetal(Utf8JsonWriter writer, ScanInput input)
    {
        writer.WriteNumber("metal_margin", Detection.Margin);
        if (input.Mask is { } mask)
        {
            writer.WriteString("mask", Path.GetFileName(mask.Source));
            return;
        }

        if (input.Volume is not null) writer.WriteBoolean(VolumeKey, true);
        writer.WriteNumber("metal_least_pixels", Detection.LeastPixels);
        if (Detection.Threshold is { } threshold) writer.WriteNumber("metal_threshold_hu", threshold);
        else writer.WriteString("metal_threshold_hu", "auto");
    }
}
