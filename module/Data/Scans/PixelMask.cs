using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>A set of pixels.</summary>
/// <param name="Values">Whether each pixel is in the set, row by row.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Source">The file, for messages.</param>
public sealed record PixelMask(bool[] Values, int Rows, int Columns, string Source)
{
    /// <summary>The pixels in the set.</summary>
    public int Count => Values.Count(set => set);

    /// <summary>Refuses a mask of another size than its image.</summary>
    /// <exception cref="InputException"><c>MaskSizeMismatch</c>.</exception>
    public void RequireSize(CtSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        if (Rows == slice.Rows && Columns == slice.Columns) return;
        throw new InputException(
            ScanErrorIds.MaskSizeMismatch, FaultKind.InvalidData,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The mask '{Source}' has {Columns} x {Rows} pixels, the image of {slice.Description} "
                + $"{slice.Columns} x {slice.Rows}."),
            Source);
    }
}
