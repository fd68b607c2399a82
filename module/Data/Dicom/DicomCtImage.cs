using System.Buffers.Binary;
using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>A DICOM file as a CT image (PS3.3, A.3): one frame, one sample a pixel, 16 bits, rescaled to HU.</summary>
public sealed class DicomCtImage
{
    /// <summary>The most rows or columns that are read.</summary>
    public const int MaximumSide = 4096;

    private const string CtImageStorage = "1.2.840.10008.5.1.4.1.1.2";
    private const int WordBits = 16;
    private const double SpacingTolerance = 1e-3;

    // Some scanners pad with a value that would be metal or water; what is padded lies outside the field of view.
    private const float LargestPadding = -1024;
    private const float Air = -1000;

    private readonly (int Low, int High) _padding;
    private ReadOnlyMemory<byte> _words;

    private DicomCtImage(DicomFile file, int rows, int columns, CtPixelLayout layout)
    {
        File = file;
        Rows = rows;
        Columns = columns;
        Layout = layout;
        _padding = ReadPadding(file.Data, layout);
    }

    /// <summary>The file.</summary>
    public DicomFile File { get; }

    /// <summary>Rows of pixels.</summary>
    public int Rows { get; }

    /// <summary>Columns of pixels.</summary>
    public int Columns { get; }

    /// <summary>How the pixels are stored.</summary>
    public CtPixelLayout Layout { get; }

    /// <summary>SeriesInstanceUID; null where the file has none.</summary>
    public string? SeriesUid => File.Data.Text(DicomTag.SeriesInstance);

    /// <summary>
    /// ImagePositionPatient along the normal of the slice, or its z where the file has no orientation, in mm; null without it.
    /// </summary>
    public double? Position
    {
        get
        {
            var position = File.Data.Decimals(DicomTag.ImagePosition);
            if (position.Length != 3) return null;
            return DicomPlane.Normal(File.Data) is { } normal
                ? (normal.X * position[0]) + (normal.Y * position[1]) + (normal.Z * position[2])
                : position[2];
        }
    }

    /// <summary>The pixels' bytes, two a pixel, row by row; unpacked when they are first asked for.</summary>
    /// <exception cref="InputException"><c>DicomPixelDataInvalid</c>: they cannot be unpacked.</exception>
    internal ReadOnlySpan<byte> Words
    {
        get
        {
            if (_words.IsEmpty) _words = Unpack();
            return _words.Span;
        }
    }

    /// <summary>Reads the image's description; the pixels are not yet unpacked.</summary>
    /// <exception cref="InputException">
    /// <c>DicomNotCtImage</c>, <c>DicomLocalizer</c>, <c>DicomPlaneUnsupported</c>, <c>DicomModalityLutUnsupported</c>,
    /// <c>DicomElementMissing</c>, <c>DicomElementInvalid</c>, <c>DicomTooLarge</c>, <c>DicomPixelDataInvalid</c>,
    /// <c>PixelsNotSquare</c>.
    /// </exception>
    public static DicomCtImage From(DicomFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var data = file.Data;
        CheckObject(file);
        DicomPlane.Require(file);
        var (rows, columns) = (data.RequiredUInt16(DicomTag.Rows), data.RequiredUInt16(DicomTag.Columns));
        if (rows == 0 || columns == 0 || rows > MaximumSide || columns > MaximumSide)
        {
            throw new InputException(
                ScanErrorIds.DicomTooLarge, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{file.Source}' has {columns} x {rows} pixels; 1 .. {MaximumSide} a side are read."),
                file.Source);
        }

        var layout = ReadLayout(file);
        CheckPixels(file, rows, columns);
        CheckSpacing(file);
        return new DicomCtImage(file, rows, columns, layout);
    }

    /// <summary>The pixels in HU, row by row; padding is at most -1024, whatever value the file pads with.</summary>
    public float[] ToHounsfield()
    {
        var words = Words;
        var values = new float[Rows * Columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ReadAgain(Layout.Decode(BinaryPrimitives.ReadUInt16LittleEndian(words[(2 * i)..])));
        }

        return values;
    }

    /// <summary>Whether the file declares padding (0028,0120 and 0028,0121).</summary>
    public bool DeclaresPadding => _padding.Low <= _padding.High;

    /// <summary>
    /// Whether the declared values are padding's alone: outside -1024 .. -1000 HU, where scanners also cut off air and the dark
    /// bands beside metal.
    /// </summary>
    public bool IsPaddingDistinct
    {
        get
        {
            if (!DeclaresPadding) return false;
            var (low, high) = (Layout.ToHounsfield(_padding.Low), Layout.ToHounsfield(_padding.High));
            return Math.Max(low, high) < LargestPadding || Math.Min(low, high) > Air;
        }
    }

    /// <summary>Which pixels the file declares as padding.</summary>
    public bool[] DeclaredPadding()
    {
        var words = Words;
        var result = new bool[Rows * Columns];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = IsPadding(Layout.Decode(BinaryPrimitives.ReadUInt16LittleEndian(words[(2 * i)..])));
        }

        return result;
    }

    /// <summary>
    /// The values to store for pixels in HU, row by row: the nearest, clamped to what the bits hold. A pixel of the source's HU
    /// keeps its bits, and so does what is certainly padding; what was computed is none, so no other pixel gets a value that is
    /// declared as it.
    /// </summary>
    internal int[] ToStored(ReadOnlySpan<float> hounsfield)
    {
        var words = Words;
        var unchanged = ToHounsfield();
        var (result, isDistinct) = (new int[unchanged.Length], IsPaddingDistinct);
        for (var i = 0; i < result.Length; i++)
        {
            var before = Layout.Decode(BinaryPrimitives.ReadUInt16LittleEndian(words[(2 * i)..]));
            var isKept = hounsfield[i] == unchanged[i] || (isDistinct && IsPadding(before));
            result[i] = isKept ? before : BesidePadding(Layout.FromHounsfield(hounsfield[i]));
        }

        return result;
    }

    /// <summary>The HU that are read again where pixels in HU are written.</summary>
    internal float[] Rounded(ReadOnlySpan<float> hounsfield) => Array.ConvertAll(ToStored(hounsfield), ReadAgain);

    private float ReadAgain(int stored)
    {
        var hounsfield = Layout.ToHounsfield(stored);
        return IsPadding(stored) ? Math.Min(hounsfield, LargestPadding) : hounsfield;
    }

    private int BesidePadding(int stored)
    {
        if (!IsPadding(stored)) return stored;
        return _padding.High < Layout.Maximum ? _padding.High + 1 : Math.Max(Layout.Minimum, _padding.Low - 1);
    }

    /// <summary>Whether a stored value is padding outside the field of view.</summary>
    internal bool IsPadding(int stored) => stored >= _padding.Low && stored <= _padding.High;

    private static (int Low, int High) ReadPadding(DicomDataset data, CtPixelLayout layout)
    {
        if (Word(DicomTag.PixelPadding) is not { } value) return (1, 0);
        var limit = Word(DicomTag.PixelPaddingLimit) ?? value;
        return (Math.Min(value, limit), Math.Max(value, limit));

        // Some scanners state a padding that their bits cannot hold; no pixel has it.
        int? Word(DicomTag tag)
        {
            if (data.UInt16(tag) is not { } word) return null;
            var decoded = layout.Decode(word);
            return unchecked((ushort)decoded) == word ? decoded : null;
        }
    }

    private static void CheckObject(DicomFile file)
    {
        var data = file.Data;
        var sopClass = data.RequiredText(DicomTag.SopClass);
        if (sopClass != CtImageStorage)
        {
            throw NotCt(file, $"its class is {Printable.Text(sopClass)}, not CT Image Storage ({CtImageStorage})");
        }

        var samples = data.RequiredUInt16(DicomTag.SamplesPerPixel);
        if (samples != 1) throw NotCt(file, $"it has {samples} samples a pixel");
        var photometric = data.RequiredText(DicomTag.Photometric);
        if (photometric != "MONOCHROME2") throw NotCt(file, $"its pixels are {Printable.Text(photometric)}");
        if (data.Text(DicomTag.NumberOfFrames) is { } frames and not "1")
        {
            throw NotCt(file, $"it has {Printable.Text(frames)} frames");
        }

        if (data.Text(DicomTag.RescaleType) is { } unit and not "HU")
        {
            throw NotCt(file, $"its rescaled values are {Printable.Text(unit)}, not HU");
        }

        if (data.Text(DicomTag.Modality) is { } modality and not "CT")
        {
            throw NotCt(file, $"its modality is {Printable.Text(modality)}");
        }
    }

    private static CtPixelLayout ReadLayout(DicomFile file)
    {
        var data = file.Data;
        var allocated = data.RequiredUInt16(DicomTag.BitsAllocated);
        var stored = data.RequiredUInt16(DicomTag.BitsStored);
        var high = data.RequiredUInt16(DicomTag.HighBit);
        var representation = data.RequiredUInt16(DicomTag.PixelRepresentation);
        if (allocated != WordBits || stored is 0 or > WordBits || high != stored - 1 || representation > 1)
        {
            throw Pixels(file, string.Create(
                CultureInfo.InvariantCulture,
                $"{stored} bits below bit {high} of {allocated}, representation {representation}, are not read; "
                + $"16 bits allocated, the stored ones lowest, are"));
        }

        if (data.Find(DicomTag.ModalityLutSequence) is not null)
        {
            throw new InputException(
                ScanErrorIds.DicomModalityLutUnsupported, FaultKind.NotSupported,
                $"'{file.Source}' makes values of its pixels by a Modality LUT {DicomTag.ModalityLutSequence}; images with a "
                + "rescale slope and intercept are read.",
                file.Source);
        }

        var slope = data.RequiredDecimal(DicomTag.RescaleSlope);
        if (slope == 0) throw Pixels(file, "the rescale slope is 0");
        return new CtPixelLayout(stored, representation == 1, slope, data.RequiredDecimal(DicomTag.RescaleIntercept));
    }

    // Some programs write a few bytes more than the pixels take; a row more would be another image.
    private static void CheckPixels(DicomFile file, int rows, int columns)
    {
        var pixels = file.Data.Find(DicomTag.PixelData) ?? throw new InputException(
            ScanErrorIds.DicomElementMissing, FaultKind.InvalidData,
            $"'{file.Source}' lacks the element {DicomTag.PixelData.Named}, its pixels.", file.Source);
        var isNative = file.Syntax.Pixels == DicomPixelEncoding.Native;
        if (pixels.UndefinedLength == isNative)
        {
            throw Pixels(file, isNative
                ? "the pixels are encapsulated in an uncompressed syntax"
                : "the pixels are not encapsulated in a compressed syntax");
        }

        var expected = 2L * rows * columns;
        if (!isNative || (pixels.Value.Length >= expected && pixels.Value.Length < expected + (2 * columns))) return;
        throw Pixels(file, string.Create(
            CultureInfo.InvariantCulture,
            $"there are {pixels.Value.Length} bytes of pixels, where {columns} x {rows} pixels take {expected}"));
    }

    private ReadOnlyMemory<byte> Unpack()
    {
        var value = File.Data.Find(DicomTag.PixelData)!.Value;
        if (File.Syntax.Pixels == DicomPixelEncoding.Native) return value[..(2 * Rows * Columns)];
        var stream = DicomFragments.Join(value) ?? throw Pixels(File, "the pixels' fragments do not fit their lengths");
        if (File.Syntax.Pixels == DicomPixelEncoding.JpegLossless)
        {
            return JpegLosslessCodec.Decode(stream, Rows, Columns, out var fault) ?? throw Pixels(File, fault);
        }

        return RunLengthCodec.Decode(stream.Span, Rows * Columns) ?? throw Pixels(File, string.Create(
            CultureInfo.InvariantCulture, $"the runs of the pixels do not make {Columns} x {Rows} of them"));
    }

    private static void CheckSpacing(DicomFile file)
    {
        var spacing = file.Data.Decimals(DicomTag.PixelSpacing);
        if (spacing.Length < 2 || Math.Abs(spacing[0] - spacing[1]) <= SpacingTolerance * Math.Abs(spacing[0])) return;
        throw new InputException(
            ScanErrorIds.PixelsNotSquare, FaultKind.NotSupported,
            string.Create(
                CultureInfo.InvariantCulture,
                $"'{file.Source}' has pixels of {spacing[0]} x {spacing[1]} mm; only square ones are read."),
            file.Source);
    }

    private static InputException NotCt(DicomFile file, string reason) => new(
        ScanErrorIds.DicomNotCtImage, FaultKind.NotSupported,
        $"'{file.Source}' is no single-frame CT image: {reason}.", file.Source);

    private static InputException Pixels(DicomFile file, string reason) => new(
        ScanErrorIds.DicomPixelDataInvalid, FaultKind.InvalidData, $"'{file.Source}': {reason}.", file.Source);
}
