using System.Globalization;
using System.Net;
using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// A page that a person looks at before anything moves: index.html, one file that needs no other. Of each identity the kept images have green borders and the
/// dropped ones red (Figure 2.14), the reason stands under the pointer; the identities with most dropped images come first.
/// </summary>
public static class CurationPage
{
    /// <summary>The name of the file.</summary>
    public const string Name = "index.html";

    /// <summary>The most pictures of a page: about 6 MB.</summary>
    public const int MostPictures = 3000;

    private const int MostOfOne = 60;

    private const string Head = """
        <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Curation</title><style>
        body{font:14px sans-serif;margin:1em 2em}h2{font-size:1em;margin:1.2em 0 .2em}p{margin:.2em 0}
        i{display:inline-block;width:64px;height:64px;margin:2px;border:3px solid #2a2;background:#ddd center/contain no-repeat;vertical-align:top}
        i.d{border-color:#c22}table{border-collapse:collapse}td,th{padding:.1em .8em;text-align:left}
        </style></head><body>
        """;

    /// <summary>Writes the page; one of an earlier report is replaced.</summary>
    /// <exception cref="InputException"><c>FileNotWritable</c>.</exception>
    public static void Write(
        string folder, CurationResult result, IReadOnlyList<CuratedImage> images, IReadOnlyList<string> ids, IReadOnlyList<StrayFile> strays,
        WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(work);
        AtomicFile.Write(Path.Combine(folder, Name), stream =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
            text.Write(Head);
            WriteSummary(text, result, images);
            WriteIdentities(text, result, images.ToLookup(image => image.Identity, StringComparer.Ordinal), work);
            WriteTable(text, "Near duplicates of different identities", ["image", "image", "similarity"], [.. result.Duplicates.Select(pair => new[]
            {
                ids[pair.First], ids[pair.Second], pair.Similarity.ToString("F3", CultureInfo.InvariantCulture),
            })]);
            WriteTable(text, "Files that give no face", ["path", "reason"], [.. strays.Select(stray => new[] { stray.Path, stray.Reason })]);
            text.Write("</body></html>\n");
        });
    }

    private static void WriteSummary(StreamWriter text, CurationResult result, IReadOnlyList<CuratedImage> images)
    {
        var kept = images.Count(image => image.IsKept);
        text.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"<h1>{kept:N0} of {images.Count:N0} images kept</h1><p>{result.Identities.Count(identity => identity.Kept > 0):N0} of {result.Identities.Count:N0} identities have kept images.</p>\n"));
        foreach (var reason in images.Where(image => !image.IsKept).GroupBy(image => image.Face.Verdict))
        {
            text.Write(string.Create(CultureInfo.InvariantCulture, $"<p>{reason.Key}: {reason.Count():N0}</p>\n"));
        }
    }

    private static void WriteIdentities(
        StreamWriter text, CurationResult result, ILookup<string, CuratedImage> images, WorkContext work)
    {
        var left = MostPictures;
        var order = result.Identities.OrderByDescending(identity => identity.Faces - identity.Kept).ThenBy(identity => identity.Identity, StringComparer.Ordinal).ToArray();
        for (var i = 0; i < order.Length; i++)
        {
            work.ThrowIfCancelled();
            work.Report("Drawing the page", i, order.Length);
            if (left <= 0)
            {
                text.Write(string.Create(
                    CultureInfo.InvariantCulture, $"<p>{order.Length - i:N0} more identities are in identities.csv; a page holds {MostPictures:N0} pictures.</p>\n"));
                return;
            }

            WriteIdentity(text, order[i], [.. images[order[i].Identity]], ref left, work);
        }
    }

    private static void WriteIdentity(StreamWriter text, CuratedIdentityResult identity, CuratedImage[] images, ref int left, WorkContext work)
    {
        var purity = identity.Purity is { } share ? string.Create(CultureInfo.InvariantCulture, $", purity {share:F3}") : "";
        var several = identity.Clusters > 1 ? string.Create(CultureInfo.InvariantCulture, $", in {identity.Clusters} clusters") : "";
        var overlaps = identity.Overlaps.Count > 0 ? $", overlaps with {string.Join(", ", identity.Overlaps.Select(other => other.Identity))}" : "";
        text.Write($"<h2>{Safe(identity.Identity)}</h2><p>{Safe(string.Create(
            CultureInfo.InvariantCulture, $"{identity.Kept} of {identity.Faces} kept{purity}{several}{overlaps}"))}</p>\n");

        // The dropped ones are what is to be looked at.
        var shown = images.OrderBy(image => image.IsKept).Take(Math.Min(left, MostOfOne)).ToArray();
        var pictures = new string?[shown.Length];
        Parallel.For(0, shown.Length, work.Parallel, i => pictures[i] = CurationThumbnail.DataUri(shown[i].Path));
        for (var i = 0; i < shown.Length; i++)
        {
            var reason = shown[i].Face.Verdict == CurationVerdict.OtherIdentity ? $"OtherIdentity: {shown[i].Face.Majority}" : shown[i].Face.Verdict.ToString();
            var picture = pictures[i] is { } uri ? $" style=\"background-image:url({uri})\"" : "";
            text.Write($"<i{(shown[i].IsKept ? "" : " class=d")} title=\"{Safe(shown[i].Path)}&#10;{Safe(reason)}\"{picture}></i>");
        }

        left -= shown.Length;
        if (images.Length > shown.Length) text.Write(string.Create(CultureInfo.InvariantCulture, $"<p>and {images.Length - shown.Length:N0} more</p>"));
        text.Write("\n");
    }

    private static void WriteTable(StreamWriter text, string title, string[] columns, IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0) return;
        text.Write(string.Create(CultureInfo.InvariantCulture, $"<h1>{title}: {rows.Count:N0}</h1><table><tr>"));
        foreach (var column in columns) text.Write($"<th>{column}</th>");
        text.Write("</tr>\n");
        foreach (var row in rows.Take(MostPictures)) text.Write($"<tr>{string.Concat(row.Select(cell => $"<td>{Safe(cell)}</td>"))}</tr>\n");
        text.Write("</table>\n");
        if (rows.Count > MostPictures) text.Write("<p>The rest is in the CSV file.</p>\n");
    }

    // Names of files and folders are strangers' text.
    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
