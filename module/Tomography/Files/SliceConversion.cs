using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Files' pixels as slices to compute with, and back.</summary>
public static class SliceConversion
{
    // No slice in HU is water throughout; attenuation lies between 0 and 1, and a little beside that.
    private const float LeastAttenuation = -0.5f;
    private const float MostAttenuation = 2;

    /// <summary>The slice in 1/cm; what lies below air becomes air.</summary>
    /// <param name="slice">The slice as its file has it.</param>
    /// <param name="unit">The unit of npy files.</param>
    /// <param name="work">Cancellation.</param>
    /// <exception cref="InputException">
    /// <c>ImageNotSquare</c>, <c>ImageTooSmall</c>, <c>ImageNotFinite</c>, <c>ImageOutOfRange</c>, <c>UnitUnclear</c>.
    /// </exception>
    public static SliceImage ToImage(CtSlice slice, PixelUnit unit, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(slice);
        ArgumentNullException.ThrowIfNull(work);
        slice.RequireSquare(ScanGeometry.FewestSamples);
        var isAttenuation = IsAttenuation(slice.Format, unit);
        RequireRange(slice, isAttenuation);
        RequireUnit(slice, unit);
        return new SliceImage(
            Array.ConvertAll(slice.Values, value => isAttenuation
                ? Math.Max(value, 0)
                : (float)HounsfieldScale.ToAttenuation(Math.Max(value, HounsfieldScale.Air))),
            slice.Rows, slice.Columns);
    }

    /// <summary>The slice in 1/cm with every value that its file has, also below air: for measuring, not for projecting.</summary>
    /// <param name="slice">The slice as its file has it.</param>
    /// <param name="unit">The unit of npy files.</param>
    /// <exception cref="InputException">As of <see cref="ToImage"/>.</exception>
    public static SliceImage ToExact(CtSlice slice, PixelUnit unit)
    {
        ArgumentNullException.ThrowIfNull(slice);
        slice.RequireSquare(ScanGeometry.FewestSamples);
        var isAttenuation = IsAttenuation(slice.Format, unit);
        RequireRange(slice, isAttenuation);
        RequireUnit(slice, unit);
        return new SliceImage(
            isAttenuation
                ? slice.Values
                : Array.ConvertAll(slice.Values, value => (float)HounsfieldScale.ToAttenuation(value)),
            slice.Rows, slice.Columns);
    }

    /// <summary>
    /// The slice in 1/cm as a scan has it: its padding is air, and dark bands beside metal keep what is below air, since the
    /// rays through them measured as much.
    /// </summary>
    /// <param name="slice">The slice as its file has it.</param>
    /// <param name="unit">The unit of npy files.</param>
    /// <exception cref="InputException">As of <see cref="ToImage"/>.</exception>
    public static (SliceImage Image, PaddingMask Padding) ToScan(CtSlice slice, PixelUnit unit)
    {
        var exact = ToExact(slice, unit).Values;
        var values = ReferenceEquals(exact, slice.Values) ? (float[])exact.Clone() : exact;
        var padding = slice.Dicom is { DeclaresPadding: true } image
            ? PaddingMask.Declared(image.DeclaredPadding(), image.IsPaddingDistinct, slice.Columns)
            : PaddingMask.Of(
                IsAttenuation(slice.Format, unit)
                    ? Array.ConvertAll(slice.Values, value => (float)HounsfieldScale.ToHounsfield(value))
                    : slice.Values,
                slice.Columns);
        for (var i = 0; i < values.Length; i++)
        {
            if (padding.Values[i]) values[i] = 0;
        }

        return (new SliceImage(values, slice.Rows, slice.Columns), padding);
    }

    /// <summary>The pixels of an image as a file of a format has them.</summary>
    /// <param name="image">The image.</param>
    /// <param name="source">The slice that it was made from.</param>
    /// <param name="isKept">The pixels that are the source's; they are not converted there and back.</param>
    /// <param name="unit">The unit of npy files.</param>
    /// <param name="format">The format of the file.</param>
    public static float[] ToValues(
        SliceImage image, CtSlice source, Predicate<int> isKept, PixelUnit unit, CtFormat format)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(isKept);
        var (from, to) = (IsAttenuation(source.Format, unit), IsAttenuation(format, unit));
        var values = to ? (float[])image.Values.Clone() : ToHounsfield(image);
        for (var i = 0; i < values.Length; i++)
        {
            if (!isKept(i)) continue;
            var value = source.Values[i];
            values[i] = from == to ? value
                : to ? (float)HounsfieldScale.ToAttenuation(value) : (float)HounsfieldScale.ToHounsfield(value);
        }

        return values;
    }

    /// <summary>Output less input, in HU, of the values that files hold.</summary>
    /// <param name="written">What the output's file holds: HU, or 1/cm as its format and the unit say.</param>
    /// <param name="format">The output's format.</param>
    /// <param name="source">The input.</param>
    /// <param name="unit">The unit of npy files.</param>
    public static float[] Difference(float[] written, CtFormat format, CtSlice source, PixelUnit unit)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(source);
        var (to, from) = (IsAttenuation(format, unit), IsAttenuation(source.Format, unit));
        var result = new float[written.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = (float)(InHounsfield(written[i], to) - InHounsfield(source.Values[i], from));
        }

        return result;

        static double InHounsfield(float value, bool isAttenuation) =>
            isAttenuation ? HounsfieldScale.ToHounsfield(value) : value;
    }

    /// <summary>An image in Hounsfield units.</summary>
    public static float[] ToHounsfield(SliceImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var values = new float[image.Values.Length];
        HounsfieldScale.ToHounsfield(image.Values, values);
        return values;
    }

    /// <summary>The slice with another number of rows and columns, its values as its file has them.</summary>
    /// <param name="slice">A square slice.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="work">Cancellation, threads.</param>
    public static CtSlice Resized(CtSlice slice, int size, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(slice);
        if (slice.Rows == size) return slice;
        var values = SliceResampling.To(new SliceImage(slice.Values, slice.Rows, slice.Columns), size, work).Values;
        return slice with { Rows = size, Columns = size, Values = values };
    }

    /// <summary>A mask of the image's size.</summary>
    /// <param name="mask">The mask as its file has it.</param>
    /// <param name="slice">The image.</param>
    /// <param name="resample">Whether a mask of another size is brought to the image's.</param>
    /// <exception cref="InputException"><c>MaskSizeMismatch</c>.</exception>
    public static MetalMask ToMask(PixelMask mask, CtSlice slice, bool resample = false)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(slice);
        if (!resample) mask.RequireSize(slice);
        if (mask.Rows == slice.Rows && mask.Columns == slice.Columns)
        {
            return new MetalMask(mask.Values, mask.Rows, mask.Columns);
        }

        var shares = Array.ConvertAll(mask.Values, isMetal => isMetal ? 1f : 0f);
        return MaskResampling.ToMask(new SliceImage(shares, mask.Rows, mask.Columns), slice.Rows, slice.Columns);
    }

    private static void RequireUnit(CtSlice slice, PixelUnit unit)
    {
        if (slice.Format != CtFormat.Npy || unit != PixelUnit.Auto) return;
        if (!Array.TrueForAll(slice.Values, value => value is >= LeastAttenuation and <= MostAttenuation)) return;
        throw new InputException(
            "UnitUnclear", FaultKind.InvalidArgument,
            string.Create(
                CultureInfo.InvariantCulture,
                $"All values of {slice.Description} lie between {slice.Values.Min():0.###} and {slice.Values.Max():0.###}: they look "
                + $"like attenuation in 1/cm. Say what they are by -Unit Attenuation or -Unit Hounsfield."),
            slice.Source);
    }

    private static bool IsAttenuation(CtFormat format, PixelUnit unit) =>
        format == CtFormat.Npy && unit == PixelUnit.Attenuation;

    private static void RequireRange(CtSlice slice, bool isAttenuation)
    {
        for (var i = 0; i < slice.Values.Length; i++)
        {
            var value = slice.Values[i];
            var hounsfield = isAttenuation ? HounsfieldScale.ToHounsfield(value) : value;
            if (hounsfield is >= HounsfieldScale.Least and <= HounsfieldScale.Largest) continue;
            var place = string.Create(
                CultureInfo.InvariantCulture,
                $"The pixel in row {i / slice.Columns}, column {i % slice.Columns} of {slice.Description}");
            throw float.IsFinite(value)
                ? new InputException(
                    ScanErrorIds.ImageOutOfRange, FaultKind.InvalidData,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{place} is {value} {(isAttenuation ? "1/cm" : "HU")}; CT images hold {HounsfieldScale.Least} to "
                        + $"{HounsfieldScale.Largest} HU."),
                    slice.Source)
                : new InputException(
                    ScanErrorIds.ImageNotFinite, FaultKind.InvalidData, $"{place} is not finite.", slice.Source);
        }
    }
}
