using Thesis.Engine.Data;

namespace Thesis.Engine.Tomography;

/// <summary>
/// The files of one slice by one method: the image, its difference from the input in HU, the metal where it was found in the
/// volume, and a record that is written last. A slice whose record is there is complete.
/// </summary>
/// <param name="ImagePath">The reduced image.</param>
/// <param name="DifferencePath">Output less input, in HU, npy.</param>
/// <param name="MaskPath">The metal of a <see cref="MetalVolume"/>, which the slice alone does not tell, PNG.</param>
/// <param name="RecordPath">The record, JSON.</param>
/// <param name="Format">The image's format.</param>
public sealed record ReductionTarget(
    string ImagePath, string DifferencePath, string MaskPath, string RecordPath, CtFormat Format)
{
    /// <summary>The files of a slice in a folder: <c>NAME.METHOD.npy</c> and so on.</summary>
    public static ReductionTarget Of(string folder, string name, string method, CtFormat format)
    {
        ArgumentNullException.ThrowIfNull(method);
        var stem = Path.Combine(folder, $"{name}.{method.ToLowerInvariant()}");
        return new ReductionTarget(
            stem + CtFile.ExtensionOf(format), stem + ".difference.npy", stem + ".mask.png", stem + ".json", format);
    }

    /// <summary>Whether all of the files exist, the mask of a volume among them where there is one.</summary>
    public bool IsComplete(bool hasMask) => File.Exists(RecordPath) && File.Exists(ImagePath) && File.Exists(DifferencePath)
        && (!hasMask || File.Exists(MaskPath));

    /// <summary>Any of the files that exists, or null.</summary>
    public string? Existing => new[] { ImagePath, DifferencePath, MaskPath, RecordPath }.FirstOrDefault(File.Exists);
}
