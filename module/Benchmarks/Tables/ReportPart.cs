using System.Globalization;

namespace Thesis.Engine.Benchmarks;

/// <summary>A benchmark in a report: its table, where its rows come from, and its pictures.</summary>
/// <param name="Table">The table.</param>
/// <param name="Rows">The rows of its results.csv.</param>
/// <param name="Pictures">Paths of PNG files.</param>
public sealed record ReportPart(BenchmarkTable Table, IReadOnlyList<ResultRow> Rows, IReadOnlyList<string> Pictures)
{
    /// <summary>Slices before and after their reduction.</summary>
    public IReadOnlyList<SliceComparison> Slices { get; init; } = [];

    /// <summary>Where the rows come from, as names and texts.</summary>
    public IReadOnlyList<(string Name, string Text)> Provenance()
    {
        var runs = Rows.DistinctBy(row => row.RunId).ToArray();
        var failed = runs.Where(run => run.Status != ResultRow.Succeeded).ToArray();
        return
        [
            ("runs", string.Create(CultureInfo.InvariantCulture, $"{runs.Length}{(failed.Length == 0 ? "" : $", {failed.Length} failed: {Each(failed.Select(run => run.ErrorId))}")}")),
            ("seconds", runs.Sum(run => run.ElapsedSeconds).ToString("0", CultureInfo.InvariantCulture)),
            ("peak memory", string.Create(CultureInfo.InvariantCulture, $"{runs.Max(run => run.PeakMemoryMegabytes):0} MB")),
            ("device", Each(runs.Select(run => run.Device))),
            ("version", Each(runs.Select(run => run.ModuleVersion))),
            ("commit", Each(runs.Select(run => Start(run.Commit)))),
            ("config, SHA-256", Each(runs.Select(run => Start(run.ConfigSha256)))),
            ("data, SHA-256", Each(runs.Select(run => Start(run.DatasetSha256)))),
            ("begun", Each(runs.Select(run => run.StartedUtc).Order(StringComparer.Ordinal).Take(1))),
        ];
    }

    private static string Start(string hash) => hash.Length > 12 ? hash[..12] : hash;

    private static string Each(IEnumerable<string> texts) =>
        string.Join(", ", texts.Where(text => text.Length > 0).Distinct(StringComparer.Ordinal));
}
