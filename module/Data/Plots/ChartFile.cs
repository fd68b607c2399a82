using SkiaSharp;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Writes a chart as an image, by the extension: <c>.png</c> or <c>.svg</c>.</summary>
public static class ChartFile
{
    /// <summary>The extensions that are written.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".svg"];

    /// <summary>The path, when its extension is one of those.</summary>
    /// <exception cref="InputException"><c>PlotFormatUnknown</c>.</exception>
    public static string CheckPath(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
            ? path
            : throw new InputException(
                "PlotFormatUnknown", FaultKind.NotSupported,
                $"A plot is written as {string.Join(" or ", Extensions)}, not as '{path}'.", path);

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="InputException"><c>PlotFormatUnknown</c>, <c>FileExists</c>.</exception>
    public static void Write(Chart chart, string path, bool overwrite)
    {
        CheckPath(path);
        var drawing = new ChartDrawing(chart);
        AtomicFile.Write(
            path,
            stream =>
            {
                if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase)) WriteSvg(drawing, stream);
                else WritePng(drawing, stream);
            },
            overwrite);
    }

    private static void WriteSvg(ChartDrawing drawing, Stream stream)
    {
        // In memory first: an exception of the stream, as of a full disk, cannot pass through the native canvas.
        using var document = new MemoryStream();

        // The document ends when its canvas does.
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(drawing.Width, drawing.Height), document)) drawing.Draw(canvas);
        document.WriteTo(stream);
    }

    private static void WritePng(ChartDrawing drawing, Stream stream)
    {
        using var surface = SKSurface.Create(new SKImageInfo(drawing.Width, drawing.Height));
        drawing.Draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        data.SaveTo(stream);
    }
}
