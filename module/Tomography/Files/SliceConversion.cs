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
    /// The pixels of an image as a file of a format has them. What the source has below air is no tissue but the outside
    /// of the field of view, and stays in HU.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="source">The slice that it was made from.</param>
    /// <param name="unit">The unit of npy files.</param>
    /// <param name="format">The format of the file.</param>
    public static float[] ToValues(SliceImage image, CtSlice source, PixelUnit unit, CtFormat format)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(source);
        if (IsAttenuation(format, unit)) return image.Values;
        var values = ToHounsfield(image);
        if (IsAttenuation(source.Format, unit)) return values;
        for (var i = 0; i < values.Length; i++)
        {
            if (source.Values[i] < HounsfieldScale.Air) values[i] = source.Values[i];
        }

        return values;
    }

    /// <summary>An image in Hounsfield units.</summary>
    public static float[] ToHounsfield(SliceImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var values = new float[image.Values.Length];
        HounsfieldScale.ToHounsfield(image.Values, values);
        return values;
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
