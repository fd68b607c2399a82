using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>Puts the results of shards together.</summary>
public static class ResultMerge
{
    /// <summary>
    /// Writes the whole runs of <paramref name="sources"/>, in their order, as the results of
    /// <paramref name="destination"/>, and copies their precision-recall curves there.
    /// </summary>
    /// <param name="sources">Folders with a <c>results.csv</c>, or such files.</param>
    /// <param name="destination">The folder of the merged file.</param>
    /// <param name="overwrite">Whether a file there may be replaced.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="InputException">
    /// <c>ResultsNotFound</c>; <c>RunDuplicate</c>: a run lies in two sources; <c>ConfigMismatch</c>: the sources come
    /// from different configs; <c>ResultsInvalid</c>; <c>FileExists</c>.
    /// </exception>
    public static IReadOnlyList<ResultRow> Merge(
        IReadOnlyList<string> sources, string destination, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var folders = sources.Select(ResultStore.FolderOf).ToArray();
        var merged = new List<ResultRow>();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            var rows = new ResultStore(folder).Read();
            foreach (var run in rows.Select(row => row.RunId).Distinct())
            {
                if (!origins.TryAdd(run, folder)) throw Duplicate(run, origins[run], folder);
            }

            merged.AddRange(rows);
        }

        RequireOneConfig(merged);
        new ResultStore(destination).Create(merged, overwrite);
        foreach (var (run, folder) in origins) CopyCurve(run, folder, destination);
        return merged;
    }

    private static void CopyCurve(string run, string source, string destination)
    {
        var from = PrecisionRecall.CurveFile(source, run);
        var to = PrecisionRecall.CurveFile(Path.GetFullPath(destination), run);
        if (!File.Exists(from) || from == to) return;
        AtomicFile.Write(to, stream =>
        {
            using var curve = InputFile.Open(from);
            curve.CopyTo(stream);
        });
    }

    private static void RequireOneConfig(List<ResultRow> rows)
    {
        var configs = rows.Select(row => row.ConfigSha256).Distinct().ToArray();
        if (configs.Length <= 1) return;
        throw new InputException(
            "ConfigMismatch", FaultKind.InvalidData,
            $"The results come from {configs.Length} different configs (SHA-256 {string.Join(", ", configs)}).",
            configs[1]);
    }

    private static InputException Duplicate(string run, string first, string second) => new(
        "RunDuplicate", FaultKind.InvalidData, $"Run {run} lies in both '{first}' and '{second}'.", run);
}
