using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>A slice of a folder, and the files beside it that are named after it.</summary>
/// <param name="Path">The slice.</param>
/// <param name="MaskPath">NAME.mask.png or NAME.mask.npy.</param>
/// <param name="TruthPath">NAME.truth.npy, .png or .dcm.</param>
/// <param name="SinogramPath">NAME.sinogram.npy; its geometry must be there, too.</param>
/// <param name="TracePath">NAME.trace.npy, of that sinogram.</param>
/// <param name="Series">The folder of its DICOM series in the destination; null where the folder has one series.</param>
public sealed record FolderSlice(
    string Path, string? MaskPath, string? TruthPath, string? SinogramPath, string? TracePath, string? Series = null);

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

    private static readonly string[] Formats = [".npy", ".npy.gz", ".png", ".dcm"];
    private static readonly string[] Companions = [Mask, Truth, Sinogram, Trace, ".difference"];
    private static readonly string[] Methods =
        [.. ArtifactReducer.Names.Concat(ReducerArchitecture.Methods).Select(method => "." + method)];

    /// <summary>
    /// The slices: files by their names in ordinal order, then DICOM series, each from one end to the other. What a
    /// reduction made of one of them is none.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="work">Cancellation; is warned of gaps, and of slices in one place.</param>
    public static IReadOnlyList<FolderSlice> Find(string folder, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var files = CtFile.InFolder(folder);
        var byName = files.ToLookup(CtFile.NameOf, StringComparer.Ordinal);
        var slices = files.Where(file => !IsNamedAfter(file, Companions, byName) && !IsReduced(file, byName));
        return [.. InSeries(slices, folder, work).Select(slice => Describe(slice.File, byName) with { Series = slice.Series })];
    }

    /// <summary>
    /// Files in the order of their series, which <see cref="CtSeries.Split"/> finds, and the name of a folder for each series
    /// where there are several.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="place">Where they are, for warnings.</param>
    /// <param name="work">Cancellation; is warned of gaps, and of slices in one place.</param>
    public static IReadOnlyList<(string File, string? Series)> InSeries(IEnumerable<string> files, string place, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var series = CtSeries.Split(files, work);
        var numbers = series.Where(one => one.Uid is not null).ToLookup(one => one.Number);
        var slices = new List<(string, string?)>();
        foreach (var one in series)
        {
            var name = one.Uid is null || numbers.Sum(number => number.Count()) == 1
                ? null
                : one.FolderName(one.Number is null || numbers[one.Number].Count() > 1);
            foreach (var remark in one.Remarks)
            {
                work.Warning?.Invoke($"The series{(name is null ? "" : $" '{name}'")} in '{place}' has {remark}.");
            }

            slices.AddRange(one.Files.Select(file => (file, name)));
        }

        return slices;
    }

    /// <summary>
    /// A folder and those in it, at any depth and by their names; links, hidden folders and <paramref name="left"/>, which
    /// output is written into, are left out.
    /// </summary>
    public static IReadOnlyList<string> Below(string folder, string left)
    {
        var found = new List<string>();
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var next))
        {
            found.Add(next);
            foreach (var inner in FoldersIn(next).OrderDescending(StringComparer.Ordinal))
            {
                if (Path.GetFullPath(inner) != Path.TrimEndingDirectorySeparator(Path.GetFullPath(left))) open.Push(inner);
            }
        }

        return found;
    }

    // A folder that cannot be read is a fault of its own, when its files are asked for.
    private static string[] FoldersIn(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder, "*", new EnumerationOptions
            {
                AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
                IgnoreInaccessible = false,
            });
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Whether a file is named after another one beside it, as its truth, its mask or its sinogram.</summary>
    public static bool IsCompanion(string path)
    {
        var name = CtFile.NameOf(path);
        var suffix = Array.Find(Companions, suffix => name.EndsWith(suffix, StringComparison.Ordinal));
        if (suffix is null) return false;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Formats.Any(format => File.Exists(Path.Combine(folder, name[..^suffix.Length] + format)));
    }

    /// <summary>
    /// The truth and the mask that <see cref="MetalArtifactFiles"/> names beside a slice, or beside the slice that a
    /// reduced image, NAME.METHOD, was made from; null where they are not there.
    /// </summary>
    public static (string? TruthPath, string? MaskPath) BesideOf(string image)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(image))!;
        var name = CtFile.NameOf(image);
        var method = Array.Find(Methods, method => name.EndsWith(method, StringComparison.OrdinalIgnoreCase));
        string[] stems = method is null ? [name] : [name, name[..^method.Length]];
        return (Beside(Truth), Beside(Mask));

        string? Beside(string suffix) => stems
            .SelectMany(stem => Formats.Select(format => Path.Combine(folder, stem + suffix + format)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>The slice beside a reduced image, NAME.METHOD, that it was made from; null where there is none.</summary>
    public static string? SourceBeside(string image)
    {
        var name = CtFile.NameOf(image);
        var method = Array.Find(Methods, method => name.EndsWith(method, StringComparison.OrdinalIgnoreCase));
        if (method is null) return null;
        var stem = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(image))!, name[..^method.Length]);
        return Formats.Select(format => stem + format).FirstOrDefault(File.Exists);
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
