using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// Writes the report of a reduced series: a CSV file with a row for every slice, and pages of thumbnails of the slices with
/// metal, or of all where none has any.
/// </summary>
public static class ReductionReport
{
    /// <summary>The files of a report: the CSV, and as many pages as its slices fill.</summary>
    /// <param name="stem">The path that all begin with.</param>
    /// <param name="shown">Slices on the pages.</param>
    public static (string Csv, IReadOnlyList<string> Pages) FilesOf(string stem, int shown)
    {
        var pages = Math.Max(1, (shown + ReportPage.Capacity - 1) / ReportPage.Capacity);
        return (stem + ".csv", [.. Enumerable.Range(1, pages).Select(page => pages == 1
            ? stem + ".png"
            : string.Create(CultureInfo.InvariantCulture, $"{stem}-{page:D2}.png"))]);
    }

    /// <summary>The slices that pages show, by their places among all.</summary>
    /// <param name="metalPixels">The metal of each slice.</param>
    public static IReadOnlySet<int> Shown(IReadOnlyList<int> metalPixels)
    {
        ArgumentNullException.ThrowIfNull(metalPixels);
        var metal = Enumerable.Range(0, metalPixels.Count).Where(i => metalPixels[i] > 0).ToHashSet();
        return metal.Count > 0 ? metal : Enumerable.Range(0, metalPixels.Count).ToHashSet();
    }

    /// <summary>Writes a report.</summary>
    /// <param name="stem">The path that all files begin with.</param>
    /// <param name="title">What the pages' titles begin with.</param>
    /// <param name="metalPixels">The metal of each slice.</param>
    /// <param name="read">Reads a slice by its place; null where it could not be read, which the caller has said.</param>
    /// <param name="window">The window of the images.</param>
    /// <param name="overwrite">Whether existing files are replaced.</param>
    /// <param name="work">Cancellation and progress.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static IReadOnlyList<ReportRow> Write(
        string stem, string title, IReadOnlyList<int> metalPixels, Func<int, ReportSlice?> read, DisplayWindow window,
        bool overwrite, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(work);
        var shown = Shown(metalPixels);
        var (csv, pages) = FilesOf(stem, shown.Count);
        var rows = new List<ReportRow>();
        ReportPage? page = null;
        try
        {
            var placed = 0;
            for (var i = 0; i < metalPixels.Count; i++)
            {
                work.ThrowIfCancelled();
                work.Report("Drawing the report", i, metalPixels.Count);
                var slice = read(i);
                if (slice is not null) rows.Add(slice.Row);
                if (!shown.Contains(i)) continue;
                page ??= new ReportPage(
                    TitleOf(title, placed / ReportPage.Capacity, pages.Count),
                    Math.Min(ReportPage.Capacity, shown.Count - placed), window);
                if (slice is not null) page.Add(slice);
                placed++;
                if (placed % ReportPage.Capacity != 0 && placed != shown.Count) continue;
                AtomicFile.Write(pages[(placed - 1) / ReportPage.Capacity], page.Write, overwrite);
                page.Dispose();
                page = null;
            }
        }
        finally
        {
            page?.Dispose();
        }

        CsvTableFile.Write(csv, rows, overwrite);
        return rows;
    }

    private static string TitleOf(string title, int page, int pages) => pages == 1
        ? title
        : string.Create(CultureInfo.InvariantCulture, $"{title}, page {page + 1} of {pages}");
}
