using System.Globalization;
using SkiaSharp;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Sheets of the images of a batch, sheet-BATCH.png: a line for each identity, its name, and its images, the dropped ones first with red borders, the
/// kept ones with green.
/// </summary>
public static class ContactSheet
{
    private const int Across = 20;
    private const int Border = 3;
    private const int Cell = CurationThumbnail.Side + (2 * Border) + 2;
    private const int Line = 18;
    private const int Margin = 8;

    private static readonly SKColor Green = new(0x22, 0xaa, 0x22);
    private static readonly SKColor Red = new(0xcc, 0x22, 0x22);

    /// <summary>Writes the sheet of every batch; those of an earlier report are replaced.</summary>
    /// <returns>The sheets.</returns>
    /// <exception cref="InputException"><c>FileNotWritable</c>.</exception>
    public static IReadOnlyList<string> Write(string folder, CurationResult result, IReadOnlyList<CuratedImage> images, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(work);
        var byIdentity = images.ToLookup(image => image.Identity, StringComparer.Ordinal);
        var batches = result.Identities.GroupBy(identity => identity.Batch).OrderBy(batch => batch.Key).ToArray();
        var sheets = new List<string>();
        foreach (var batch in batches)
        {
            work.ThrowIfCancelled();
            work.Report("Drawing sheets", sheets.Count, batches.Length);
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"sheet-{batch.Key:D4}.png"));
            using var sheet = Draw([.. batch], byIdentity, work);
            AtomicFile.Write(path, stream => sheet.SaveTo(stream));
            sheets.Add(path);
        }

        return sheets;
    }

    private static SKData Draw(CuratedIdentityResult[] identities, ILookup<string, CuratedImage> images, WorkContext work)
    {
        using var surface = SKSurface.Create(new SKImageInfo((Across * Cell) + (2 * Margin), (identities.Length * (Cell + Line)) + (2 * Margin)));
        using var font = new SKFont(SKTypeface.Default, 13);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        surface.Canvas.Clear(SKColors.White);
        for (var row = 0; row < identities.Length; row++)
        {
            work.ThrowIfCancelled();
            var top = Margin + (row * (Cell + Line));
            var identity = identities[row];
            surface.Canvas.DrawText(
                string.Create(CultureInfo.InvariantCulture, $"{Printable.Text(identity.Identity)}: {identity.Kept} of {identity.Faces} kept"),
                Margin, top + Line - 5, font, ink);
            var shown = images[identity.Identity].OrderBy(image => image.IsKept).Take(Across).ToArray();
            for (var i = 0; i < shown.Length; i++) Draw(surface.Canvas, shown[i], Margin + (i * Cell), top + Line);
        }

        using var picture = surface.Snapshot();
        return picture.Encode(SKEncodedImageFormat.Png, quality: 100);
    }

    private static void Draw(SKCanvas canvas, CuratedImage image, int left, int top)
    {
        using var paint = new SKPaint { Color = image.IsKept ? Green : Red };
        const int Side = CurationThumbnail.Side;
        canvas.DrawRect(left, top, Side + (2 * Border), Side + (2 * Border), paint);
        using var thumbnail = CurationThumbnail.Of(image.Path);
        paint.Color = SKColors.LightGray;
        canvas.DrawRect(left + Border, top + Border, Side, Side, paint);
        if (thumbnail is not null) canvas.DrawBitmap(thumbnail, left + Border + ((Side - thumbnail.Width) / 2), top + Border + ((Side - thumbnail.Height) / 2));
    }
}
