using System.Globalization;
using Thesis.Engine.Data;

namespace Thesis.Engine.Benchmarks;

/// <summary>What a method made of a slice.</summary>
/// <param name="Method">The method's name in the config.</param>
/// <param name="Algorithm">The cmdlet's method.</param>
/// <param name="Path">The image, npy, HU.</param>
/// <param name="DifferencePath">Output less input, npy, HU; null where it was not written.</param>
public sealed record ResultSliceImage(string Method, string Algorithm, string Path, string? DifferencePath);

/// <summary>A simulated case of a results' folder of metal artifact reduction, and what the methods made of it.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Name">The case.</param>
/// <param name="Group">The group of the metal's size.</param>
/// <param name="BeforePath">The image with artifacts, npy, HU.</param>
/// <param name="TruthPath">The image without, npy, HU.</param>
/// <param name="MaskPath">The metal, PNG; null where there is none.</param>
/// <param name="Reduced">The methods, in the order of the results.</param>
public sealed record ResultSlice(
    string Dataset, string Name, string Group, string BeforePath, string TruthPath, string? MaskPath,
    IReadOnlyList<ResultSliceImage> Reduced)
{
    /// <summary>The most cases of a dataset that are looked at.</summary>
    public const int MostCases = 100_000;

    private const string CaseList = "cases.txt";

    /// <summary>
    /// The cases of a results' folder whose images are there (data/DATASET-seedSEED, images/RUNID), each with the methods of
    /// its first seed; none where the images were removed or the benchmark is of another task.
    /// </summary>
    /// <exception cref="Runtime.InputException"><c>ResultsUnreadable</c>.</exception>
    public static IReadOnlyList<ResultSlice> Collect(string folder, IReadOnlyList<ResultRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return
        [
            .. rows.Where(row => row is { Status: ResultRow.Succeeded, Task: "metal-artifact-reduction" }).DistinctBy(
                row => row.RunId)
                .Where(row => IsName(row.Dataset) && IsName(row.RunId))
                .GroupBy(row => row.Dataset).SelectMany(dataset => Cases(folder, [.. dataset])),
        ];
    }

    private static IEnumerable<ResultSlice> Cases(string folder, ResultRow[] runs)
    {
        var seed = runs[0].Seed;
        var data = Path.Combine(folder, "data",
            string.Create(CultureInfo.InvariantCulture, $"{runs[0].Dataset}-seed{seed}"));
        var list = Path.Combine(data, CaseList);
        if (!File.Exists(list)) yield break;
        var methods = runs.Where(run => run.Seed == seed).ToArray();
        foreach (var line in InputFile.Guard(list, () => File.ReadLines(list).Take(MostCases).ToArray(), ResultStore.UnreadableId))
        {
            var (name, group) = line.Split('\t') is [var first, var second, ..] ? (first, second) : (line, "");
            var stem = Path.Combine(data, name);

            // A name from a file must not lead out of the folder.
            if (!IsName(name) || !File.Exists($"{stem}.npy") || !File.Exists($"{stem}.truth.npy")) continue;
            yield return new ResultSlice(
                runs[0].Dataset, name, group, $"{stem}.npy", $"{stem}.truth.npy", Existing($"{stem}.mask.png"),
                [.. methods.Select(run => Image(folder, run, name)).OfType<ResultSliceImage>()]);
        }
    }

    private static ResultSliceImage? Image(string folder, ResultRow run, string name)
    {
        var images = Path.Combine(folder, "images", run.RunId);
        if (!Directory.Exists(images)) return null;
        const string difference = ".difference.npy";
        var path = InputFile.Guard(images, () => Directory.GetFiles(images, name + ".*"), ResultStore.UnreadableId)
            .Where(file => file.EndsWith(".npy", StringComparison.Ordinal)
                && !file.EndsWith(difference, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).FirstOrDefault();
        return path is null
            ? null
            : new ResultSliceImage(run.Method, run.Algorithm, path, Existing(path[..^".npy".Length] + difference));
    }

    private static bool IsName(string name) =>
        name.Length > 0 && Path.GetFileName(name) == name && name is not ("." or "..")
            && name.IndexOfAny(['*', '?', ':']) < 0;

    private static string? Existing(string path) => File.Exists(path) ? path : null;
}
