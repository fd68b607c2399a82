using SkiaSharp;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Engine.Benchmarks;

/// <summary>What a method made of a slice, as PNG files.</summary>
/// <param name="Method">The method.</param>
/// <param name="After">The image, in the comparison's window.</param>
/// <param name="Difference">Output less input, in the window of differences.</param>
public sealed record ComparedMethod(string Method, byte[] After, byte[] Difference);

/// <summary>A slice before and after each method, and as it should be, as PNG files for a page.</summary>
/// <param name="Title">Which slice.</param>
/// <param name="Window">What is black and what is white.</param>
/// <param name="DifferenceWindow">The same of differences.</param>
/// <param name="Before">The image with artifacts.</param>
/// <param name="Truth">The image without.</param>
/// <param name="Methods">The methods.</param>
public sealed record SliceComparison(
    string Title, DisplayWindow Window, DisplayWindow DifferenceWindow, byte[] Before, byte[] Truth,
    IReadOnlyList<ComparedMethod> Methods)
{
    private const int LargestSide = 256;
    private const int MostSlices = 10;
    private const int MostMethods = 16;

    /// <summary>
    /// The first slice of each group of metal sizes of each dataset whose images a results' folder holds, ten at most; none
    /// for other tasks. Images over 256 pixels a side are scaled down to that.
    /// </summary>
    /// <param name="folder">The results' folder.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="window">What is black and what is white; differences are shown around 0, as wide.</param>
    /// <param name="work">Cancellation and progress.</param>
    /// <exception cref="InputException">A fault of an image's file.</exception>
    public static IReadOnlyList<SliceComparison> Of(
        string folder, IReadOnlyList<ResultRow> rows, DisplayWindow window, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(work);
        var groups = rows.Select(row => row.Group).Distinct().ToList();
        var slices = ResultSlice.Collect(folder, rows).Select(Without).Where(slice => slice.Reduced.Count > 0)
            .DistinctBy(slice => (slice.Dataset, slice.Group))
            .GroupBy(slice => slice.Dataset).SelectMany(dataset => dataset.OrderBy(slice => groups.IndexOf(slice.Group)))
            .Take(MostSlices).ToArray();
        var shown = new List<SliceComparison>();
        foreach (var slice in slices)
        {
            work.ThrowIfCancelled();
            work.Report("Drawing slices", shown.Count, slices.Length);
            shown.Add(Of(slice, window, work));
        }

        return shown;
    }

    // The method that reduces nothing shows what is before.
    private static ResultSlice Without(ResultSlice slice) =>
        slice with { Reduced = [.. slice.Reduced.Where(reduced => reduced.Algorithm != "None")] };

    private static SliceComparison Of(ResultSlice slice, DisplayWindow window, WorkContext work)
    {
        var differences = new DisplayWindow(0, window.Width);
        var before = CtFile.ReadSingle(slice.BeforePath, work);
        return new SliceComparison(
            $"{slice.Dataset}, metal {slice.Group}: {slice.Name}", window, differences, Png(before, before.Values, window),
            Png(CtFile.ReadSingle(slice.TruthPath, work), window),
            [.. slice.Reduced.Take(MostMethods).Select(reduced =>
            {
                var after = CtFile.ReadSingle(reduced.Path, work);
                RequireSize(after, before);
                var change = after.Values.Zip(before.Values, (output, input) => output - input).ToArray();
                return new ComparedMethod(reduced.Method, Png(after, window), Png(after, change, differences));
            })]);
    }

    private static void RequireSize(CtSlice after, CtSlice before)
    {
        if (after.Rows == before.Rows && after.Columns == before.Columns) return;
        throw new InputException(
            "ImageSizeMismatch", FaultKind.InvalidData,
            $"'{after.Source}' has {after.Columns} x {after.Rows} pixels, '{before.Source}' {before.Columns} x {before.Rows}.", after.Source);
    }

    private static byte[] Png(CtSlice slice, DisplayWindow window) => Png(slice, slice.Values, window);

    private static byte[] Png(CtSlice slice, float[] values, DisplayWindow window)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(slice.Columns, slice.Rows, SKColorType.Gray8, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        for (var i = 0; i < values.Length; i++)
        {
            pixels[(i / slice.Columns * bitmap.RowBytes) + (i % slice.Columns)] = window.Grey(values[i]);
        }

        var scale = (double)LargestSide / Math.Max(slice.Columns, slice.Rows);
        using var scaled = scale >= 1 ? null : bitmap.Resize(
            new SKImageInfo(Math.Max(1, (int)(slice.Columns * scale)), Math.Max(1, (int)(slice.Rows * scale)),
                SKColorType.Gray8, SKAlphaType.Opaque),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var data = (scaled ?? bitmap).Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }
}
