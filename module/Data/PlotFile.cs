using System.Text;
using ScottPlot;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Writes a plot as an image, by the extension: <c>.png</c> or <c>.svg</c>.</summary>
internal static class PlotFile
{
    private const int Width = 1000;
    private const int Height = 750;

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
    /// <exception cref="InputException"><c>PlotFormatUnknown</c> or <c>FileExists</c>.</exception>
    public static void Write(Plot plot, string path, bool overwrite)
    {
        CheckPath(path);
        var content = Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase)
            ? Encoding.UTF8.GetBytes(plot.GetSvgXml(Width, Height))
            : plot.GetImageBytes(Width, Height, ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(content), overwrite);
    }
}
