using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>A slice as its file has it.</summary>
public sealed record CtSlice
{
    /// <summary>The file.</summary>
    public required string Source { get; init; }

    /// <summary>The format of the file.</summary>
    public required CtFormat Format { get; init; }

    /// <summary>Rows of pixels.</summary>
    public required int Rows { get; init; }

    /// <summary>Columns of pixels.</summary>
    public required int Columns { get; init; }

    /// <summary>The pixels, row by row: HU from PNG and DICOM, whatever was stored from npy.</summary>
    public required float[] Values { get; init; }

    /// <summary>The place in a stack, from 0; null for a file of one slice.</summary>
    public int? Index { get; init; }

    /// <summary>The DICOM image, where the slice came from one.</summary>
    public DicomCtImage? Dicom { get; init; }

    /// <summary>The file's name without the extension of its format, and a stack's index in four digits.</summary>
    public string Name
    {
        get
        {
            var name = CtFile.NameOf(Source);
            return Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{name}_{index:D4}") : name;
        }
    }

    /// <summary>The file, and the place in a stack, for messages.</summary>
    public string Description => Index is { } index
        ? string.Create(CultureInfo.InvariantCulture, $"slice {index} of '{Source}'")
        : $"'{Source}'";

    /// <summary>Refuses what cannot be projected: images that are not square, or smaller than <paramref name="least"/>.</summary>
    /// <exception cref="InputException"><c>ImageNotSquare</c>, <c>ImageTooSmall</c>.</exception>
    public void RequireSquare(int least)
    {
        if (Rows != Columns)
        {
            throw new InputException(
                ScanErrorIds.ImageNotSquare, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The image of {Description} has {Rows} rows and {Columns} columns; it must be square."),
                Source);
        }

        if (Rows >= least) return;
        throw new InputException(
            ScanErrorIds.ImageTooSmall, FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The image of {Description} has {Columns} x {Rows} pixels; at least {least} a side are needed."),
            Source);
    }
}
