using Thesis.Engine.Data;

namespace Thesis.Engine.Tomography;

/// <summary>A slice of a folder, and the files beside it that are named after it.</summary>
/// <param name="Path">The slice.</param>
/// <param name="MaskPath">NAME.mask.png or NAME.mask.npy.</param>
/// <param name="TruthPath">NAME.truth.npy, .png or .dcm.</param>
/// <param name="SinogramPath">NAME.sinogram.npy; its geometry must be there, too.</param>
/// <param name="TracePath">NAME.trace.npy, of that sinogram.</param>
public sealed record FolderSlice(string Path, string? MaskPath, string? TruthPath, string? SinogramPath, string? TracePath);

/// <summary>
/// The slices of a folder. What is named after another file there, as <see cref="MetalArtifactFiles"/> and
/// <see cref="ReductionTarget"/> name theirs, goes with it and is no slice of its own.
/// </summary>
public static class SliceFolder
{
    private const string Mask = ".mask";
    private const string Truth = ".truth";
    private const string Sinogram = ".sinogram";
    private const string Trace = ".trace";

    private static readonly string[] Companions = [Mask, Truth, Sinogram, Trace, ".difference"];
    private static readonly string[] Methods = [.. ArtifactReducer.Names.Select(method => "." + method)];

    /// <summary>The slices, by their names in ordinal order; what a reduction made of one of them is none.</summary>
    public static IReadOnlyList<FolderSlice> Find(string folder)
    {
        var files = CtFile.InFolder(folder);
        var byName = files.ToLookup(CtFile.NameOf, StringComparer.Ordinal);
        return
        [
            .. files.Where(file => !IsNamedAfter(file, Companions, byName) && !IsReduced(file, byName))
                .Select(file => Describe(file, byName)),
        ];
    }

    /// <summary>The sinograms of a folder: what has a geometry beside it, or every file where none has.</summary>
    public static IReadOnlyList<string> FindSinograms(string folder)
    {
        var files = CtFile.InFolder(folder);
        var byName = files.ToLookup(CtFile.NameOf, StringComparer.Ordinal);
        string[] described =
            [.. files.Where(file => File.Exists(SinogramFile.GeometryPathOf(file)) && !IsReduced(file, byName))];
        return described.Length > 0 ? described : files;
    }

    // A reduced image has its record where a sinogram has its geometry.
    private static bool IsReduced(string file, ILookup<string, string> byName) =>
        IsNamedAfter(file, Methods, byName) && File.Exists(SinogramFile.GeometryPathOf(file));

    private static bool IsNamedAfter(string file, string[] suffixes, ILookup<string, string> byName)
    {
        var name = CtFile.NameOf(file);
        var suffix = Array.Find(suffixes, suffix => name.EndsWith(suffix, StringComparison.Ordinal));
        if (suffix is null) return false;
        var stem = name[..^suffix.Length];
        return byName.Contains(stem) || byName.Contains(WithoutIndex(stem));
    }

    // The slices of a stack are numbered.
    private static string WithoutIndex(string name)
    {
        var stack = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return stack.Length < name.Length && stack.EndsWith('_') ? stack[..^1] : name;
    }

    private static FolderSlice Describe(string path, ILookup<string, string> byName)
    {
        var name = CtFile.NameOf(path);
        return new FolderSlice(path, Companion(Mask), Companion(Truth), Companion(Sinogram), Companion(Trace));

        string? Companion(string suffix) => byName[name + suffix].FirstOrDefault();
    }
}
