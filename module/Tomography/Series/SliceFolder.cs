using Thesis.Engine.Data;

namespace Thesis.Engine.Tomography;

/// <summary>A slice of a folder, and the files beside it that are named after it.</summary>
/// <param name="Path">The slice.</param>
/// <param name="MaskPath">NAME.mask.png.</param>
/// <param name="TruthPath">NAME.truth.npy.</param>
/// <param name="SinogramPath">NAME.sinogram.npy, where its geometry is there, too.</param>
/// <param name="TracePath">NAME.trace.npy, with a sinogram.</param>
public sealed record FolderSlice(string Path, string? MaskPath, string? TruthPath, string? SinogramPath, string? TracePath);

/// <summary>
/// The slices of a folder. What is named after another file there, as <see cref="MetalArtifactFiles"/> and
/// <see cref="ReductionTarget"/> name theirs, goes with it and is no slice of its own.
/// </summary>
public static class SliceFolder
{
    private static readonly string[] Companions = [".mask", ".truth", ".sinogram", ".trace", ".difference"];

    /// <summary>The slices, by their names in ordinal order.</summary>
    public static IReadOnlyList<FolderSlice> Find(string folder)
    {
        var files = CtFile.InFolder(folder);
        var names = files.Select(CtFile.NameOf).ToHashSet(StringComparer.Ordinal);
        return [.. files.Where(file => !IsCompanion(CtFile.NameOf(file), names)).Select(Describe)];
    }

    /// <summary>The sinograms of a folder: what has a geometry beside it, or every file where none has.</summary>
    public static IReadOnlyList<string> FindSinograms(string folder)
    {
        var files = CtFile.InFolder(folder);
        string[] described = [.. files.Where(file => File.Exists(SinogramFile.GeometryPathOf(file)))];
        return described.Length > 0 ? described : files;
    }

    private static bool IsCompanion(string name, HashSet<string> names) => Companions.Any(suffix =>
        name.EndsWith(suffix, StringComparison.Ordinal) && names.Contains(name[..^suffix.Length]));

    private static FolderSlice Describe(string path)
    {
        var files = new MetalArtifactFiles(Path.Combine(Path.GetDirectoryName(path) ?? "", CtFile.NameOf(path)));
        var sinogram = File.Exists(SinogramFile.GeometryPathOf(files.Sinogram)) ? Existing(files.Sinogram) : null;
        return new FolderSlice(
            path, Existing(files.Mask), Existing(files.Truth), sinogram, sinogram is null ? null : Existing(files.Trace));
    }

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}
