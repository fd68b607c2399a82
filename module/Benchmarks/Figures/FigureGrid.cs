using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Engine.Benchmarks;

/// <summary>Makes rows and columns of pictures of records, as a description says.</summary>
internal static class FigureGrid
{
    private const int MostColumns = 40;

    /// <summary>Writes the pictures as PNG; what could not be placed is said.</summary>
    /// <exception cref="InputException">
    /// <c>FigureColumnMissing</c>, <c>FigureEmpty</c>, <c>FigureTooLarge</c>, or a fault of a picture's file.
    /// </exception>
    public static void Write(
        FigureDescription description, IReadOnlyList<FigureRecord> records, string path, bool overwrite, WorkContext work)
    {
        var pictures = description.Pictures!;
        FigureColumns.Require(description, records, [pictures.Path]);
        var shown = records.Where(record => record.Text(pictures.Path).Length > 0).ToArray();
        var columns = FigureColumns.Groups(description, shown, description.Series);
        if (columns.Count > MostColumns)
        {
            throw new InputException(
                "FigureTooLarge", FaultKind.InvalidData,
                $"'{description.Name}' would have {columns.Count} columns of pictures; {MostColumns} are the most.",
                    description.Name);
        }

        var groups = FigureColumns.Groups(description, shown, description.Panel);
        if (groups.Count == 0)
        {
            throw new InputException(
                "FigureEmpty", FaultKind.InvalidData,
                $"No record of '{description.Name}' names a file in '{pictures.Path}'.",
                description.Name);
        }

        if (groups.Count > pictures.MostRows)
        {
            work.Verbose?.Invoke($"{description.Name}: the first {pictures.MostRows} of {groups.Count} rows are drawn.");
        }

        var rows = groups.Take(pictures.MostRows).Select(
            (row, i) => new PictureRow(row.Label, [.. columns.Select(column => Cell(
            i == 0 ? column.Label : "", row.Records.FirstOrDefault(record => IsOf(record, column.Value)), pictures, work))]))
            .ToArray();
        var missing = rows.Sum(row => row.Cells.Count(cell => cell.Image is null));
        if (missing > 0) work.Warning?.Invoke($"{description.Name}: {missing} places have no picture and stay empty.");
        AtomicFile.Write(path, stream => PictureGrid.Write(stream, TitleOf(description), rows), overwrite);

        bool IsOf(FigureRecord record, string value) =>
            record.Text(description.Series).Equals(value, StringComparison.OrdinalIgnoreCase);
    }

    private static string TitleOf(FigureDescription description)
    {
        var title = description.Title;
        if (WindowOf(description.Pictures!) is { } window) title += $"; {window}";
        if (description.Pictures!.Mask.Length > 0) title += ", metal in yellow";
        return title;
    }

    private static DisplayWindow? WindowOf(FigurePictures pictures) => pictures.Window is { } window
        ? new DisplayWindow((window.Black + window.White) / 2, window.White - window.Black)
        : null;

    private static PictureCell Cell(string title, FigureRecord? record, FigurePictures pictures, WorkContext work)
    {
        if (record is null) return new PictureCell(title, null);
        work.ThrowIfCancelled();
        var path = record.Text(pictures.Path);
        var index = pictures.Index.Length > 0 ? (int?)record.Number(pictures.Index) : null;
        var image = WindowOf(pictures) is { } window
            ? Slice(path, index, record.Text(pictures.Mask), window, work)
            : Photographed(path, index ?? 0, work);
        return new PictureCell(title, image, record.Text(pictures.Caption));
    }

    private static Photograph Slice(string path, int? index, string mask, DisplayWindow window, WorkContext work)
    {
        var slice = CtFile.ReadAt(path, index, work);
        if (mask.Length == 0) return PicturePixels.Grey(slice.Values, slice.Columns, window.Grey);
        var metal = MaskFile.ReadAt(mask, index);
        metal.RequireSize(slice);
        return PicturePixels.Grey(slice.Values, slice.Columns, window.Grey, metal.Values);
    }

    // Whole numbers are of 0 to 255, others of 0 to 1.
    private static Photograph Grey(string path, int index, WorkContext work)
    {
        using var images = NpyImages.Open(path);
        var slice = CtFile.ReadAt(path, images.IsStack ? index : null, work);
        float white = images.Kind is NpyKind.Float16 or NpyKind.Float32 or NpyKind.Float64 ? 1 : byte.MaxValue;
        return PicturePixels.Grey(
            slice.Values, slice.Columns, value =>
                (byte)Math.Clamp(MathF.Round(value / white * byte.MaxValue), 0, byte.MaxValue));
    }

    private static Photograph Photographed(string path, int index, WorkContext work)
    {
        if (CtFile.FindFormat(path) != CtFormat.Npy) return PhotographFile.Read(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) return Grey(path, index, work);
        var array = NpyFile.Read(path, work);
        if (array.Shape.Length is 2 or 3) return Grey(path, index, work);
        var shape = array.Shape;
        if (shape.Length != 4 || !ImageShape.IsValid(shape[1], shape[2], shape[3]) || index < 0 || index >= shape[0])
        {
            throw new InputException(
                ImageErrorIds.ArrayInvalid, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{path}' has the shape {string.Join(" x ", array.Shape)}, and no image {index} of 1 to 4 channels."),
                path);
        }

        var image = new ImageShape(shape[1], shape[2], shape[3]);
        var single = array.Data is byte[] bytes
            ? Array.ConvertAll(bytes, value => value / (float)byte.MaxValue) : array.ToSingle();
        return PicturePixels.OfUnit(single.AsSpan(index * image.Count, image.Count), image);
    }
}
