using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Reads and writes CT slices: npy and npy.gz, 16-bit PNG, DICOM.</summary>
public static class CtFile
{
    /// <summary>What the PNG files of DeepLesion add to HU.</summary>
    public const int PngOffset = 32768;

    private const int PngBits = 16;
    private const int PrefixEnd = 132;

    private static readonly (string Extension, CtFormat Format)[] Extensions =
    [
        (".npy", CtFormat.Npy), (".npy.gz", CtFormat.Npy), (".png", CtFormat.Png), (".dcm", CtFormat.Dicom),
        (".dicom", CtFormat.Dicom), (".ima", CtFormat.Dicom),
    ];

    private static readonly (string Extension, string Name)[] ForeignFormats =
    [
        (".nii", "NIfTI"), (".nii.gz", "NIfTI"), (".mha", "MetaImage"), (".mhd", "MetaImage"), (".nrrd", "NRRD"),
        (".nhdr", "NRRD"), (".tif", "TIFF"), (".tiff", "TIFF"), (".jpg", "JPEG"), (".jpeg", "JPEG"),
    ];

    /// <summary>The extension of the files that are written.</summary>
    public static string ExtensionOf(CtFormat format) => format switch
    {
        CtFormat.Npy => ".npy",
        CtFormat.Png => ".png",
        _ => ".dcm",
    };

    /// <summary>The file's name without the extension of its format; a DICOM file may be named by a UID.</summary>
    public static string NameOf(string path)
    {
        var name = Path.GetFileName(path);
        var known = Extensions.Where(e => HasExtension(name, e.Extension)).Select(e => e.Extension.Length).DefaultIfEmpty();
        return name[..^known.Max()];
    }

    /// <summary>The format by the file's extension or, where that says nothing, by DICOM's prefix; else null.</summary>
    public static CtFormat? FindFormat(string path)
    {
        foreach (var (extension, format) in Extensions)
        {
            if (HasExtension(path, extension)) return format;
        }

        var start = new byte[PrefixEnd];
        using var stream = InputFile.Open(path);
        var read = InputFile.Guard(path, () => stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        return DicomFile.HasPrefix(start.AsSpan(0, read)) ? CtFormat.Dicom : null;
    }

    /// <summary>
    /// The files of a folder that hold slices, by their names in ordinal order; folders in it and an index of DICOM files
    /// (DICOMDIR) are left out.
    /// </summary>
    public static IReadOnlyList<string> InFolder(string folder) => InputFile.Guard(folder, () => Directory
        .EnumerateFiles(folder)
        .Where(file => Path.GetFileName(file) is not ("DICOMDIR" or ['.', ..]) && FindFormat(file) is not null)
        .Order(StringComparer.Ordinal)
        .ToArray());

    /// <summary>Reads the slices of a file, one when it is asked for: a stack takes the memory of one slice.</summary>
    /// <exception cref="InputException">See <see cref="ScanErrorIds"/>; <c>ImageFormatUnknown</c>.</exception>
    public static IEnumerable<CtSlice> Read(string path, WorkContext work)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(work);
        return FindFormat(path) switch
        {
            CtFormat.Npy => ReadNpy(path, work),
            CtFormat.Png => [ReadPng(path)],
            CtFormat.Dicom => [ReadDicom(path)],
            _ => throw Unknown(path),
        };
    }

    /// <summary>Reads a file that must hold one slice.</summary>
    /// <exception cref="InputException"><c>SliceCountMismatch</c>, or a fault of reading.</exception>
    public static CtSlice ReadSingle(string path, WorkContext work)
    {
        var slices = Read(path, work).Take(2).ToArray();
        if (slices.Length == 1) return slices[0];
        throw new InputException(
            ScanErrorIds.SliceCountMismatch, FaultKind.InvalidData, $"'{path}' is a stack; one slice is wanted here.", path);
    }

    /// <summary>Reads one slice of a stack, or the slice of a file that has one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="index">The place in a stack, from 0; null where the file must hold one slice.</param>
    /// <param name="work">Cancellation.</param>
    /// <exception cref="InputException"><c>SliceCountMismatch</c>, or a fault of reading.</exception>
    public static CtSlice ReadAt(string path, int? index, WorkContext work)
    {
        if (index is not { } place || CountOf(path) == 1) return ReadSingle(path, work);
        return Read(path, work).ElementAtOrDefault(place) ?? throw new InputException(
            ScanErrorIds.SliceCountMismatch, FaultKind.InvalidData,
            string.Create(CultureInfo.InvariantCulture, $"The stack '{path}' has no slice {place}."), path);
    }

    /// <summary>The slices of a file; only a stack's header is read for it.</summary>
    /// <exception cref="InputException">A fault of the header.</exception>
    public static int CountOf(string path)
    {
        if (FindFormat(path) != CtFormat.Npy) return 1;
        using var images = NpyImages.Open(path);
        return images.Count;
    }

    /// <summary>Refuses a format that a slice cannot be written in, before anything is computed.</summary>
    /// <exception cref="InputException"><c>DicomSourceMissing</c>, <c>DicomElementMissing</c>.</exception>
    public static void RequireWritable(CtSlice source, CtFormat format)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (format == CtFormat.Dicom) DicomDerivation.RequireIdentity(DicomOf(source));
    }

    /// <summary>Writes a slice, whole or not at all.</summary>
    /// <param name="path">The target.</param>
    /// <param name="values">The pixels, row by row: HU for PNG and DICOM, as the source has them for npy.</param>
    /// <param name="source">The slice that they were made from.</param>
    /// <param name="format">The format; DICOM only where the source is DICOM.</param>
    /// <param name="derivation">What was done, for DICOM's tags.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="InputException"><c>FileExists</c>; <c>DicomSourceMissing</c>.</exception>
    public static void Write(
        string path, float[] values, CtSlice source, CtFormat format, SliceDerivation derivation, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(derivation);
        if (format != CtFormat.Dicom)
        {
            Write(path, values, source.Rows, source.Columns, format, overwrite);
            return;
        }

        var file = DicomDerivation.Create(DicomOf(source), values, derivation);
        AtomicFile.Write(path, file.Write, overwrite);
    }

    /// <summary>
    /// Writes a slice in which nothing changed: the bytes of its file, its type and all, where that is npy or PNG, is asked for
    /// in its format, and holds no other slice.
    /// </summary>
    /// <param name="path">The target.</param>
    /// <param name="source">The slice.</param>
    /// <param name="format">The format.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <returns>Whether it was written.</returns>
    /// <exception cref="InputException"><c>FileExists</c>; the source cannot be opened.</exception>
    public static bool TryCopy(string path, CtSlice source, CtFormat format, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (format == CtFormat.Dicom || source.Format != format || source.Index is not null
            || !HasExtension(source.Source, ExtensionOf(format)))
        {
            return false;
        }

        using var from = InputFile.Open(source.Source);
        AtomicFile.Write(path, from.CopyTo, overwrite);
        return true;
    }

    /// <summary>The pixels that a file of a format gives back for those written to it: rounded, clamped.</summary>
    /// <param name="values">The pixels, as <see cref="Write(string, float[], CtSlice, CtFormat, SliceDerivation, bool)"/> takes them.</param>
    /// <param name="source">The slice that they were made from.</param>
    /// <param name="format">The format.</param>
    public static float[] Rounded(float[] values, CtSlice source, CtFormat format)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(source);
        return format switch
        {
            CtFormat.Npy => values,
            CtFormat.Png => Array.ConvertAll(values, value => (float)(ToPng(value) - PngOffset)),
            _ => DicomOf(source).Rounded(values),
        };
    }

    /// <summary>Writes an image as npy or PNG, whole or not at all.</summary>
    /// <param name="path">The target.</param>
    /// <param name="values">The pixels, row by row; HU for PNG.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="format">npy or PNG.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void Write(string path, float[] values, int rows, int columns, CtFormat format, bool overwrite)
    {
        if (format == CtFormat.Npy)
        {
            AtomicFile.Write(path, stream => NpyFile.Write<float>(stream, values, rows, columns), overwrite);
            return;
        }

        if (format != CtFormat.Png) throw new ArgumentException($"{format} needs a source.", nameof(format));
        var image = new GreyImage(columns, rows, PngBits, Array.ConvertAll(values, ToPng));
        AtomicFile.Write(path, stream => GreyPng.Write(stream, image), overwrite);
    }

    // What others keep volumes in, by name, and how to come from there to here.
    private static InputException Unknown(string path)
    {
        var foreign = Array.Find(ForeignFormats, format => HasExtension(path, format.Extension)).Name;
        return new InputException(
            ScanErrorIds.ImageFormatUnknown, FaultKind.NotSupported,
            foreign is null
                ? $"'{path}' is of no known format: npy, npy.gz, PNG and DICOM are read."
                : $"'{path}' is {foreign}, which is not read. Give the DICOM series that it was made from, or save it as a "
                + "stack: npy of (slices, rows, columns) in HU.",
            path);
    }

    private static DicomCtImage DicomOf(CtSlice source) => source.Dicom ?? throw new InputException(
        "DicomSourceMissing", FaultKind.InvalidArgument,
        $"{source.Description} is no DICOM image, and DICOM is only written from one.", source.Source);

    private static ushort ToPng(float hounsfield) =>
        (ushort)Math.Clamp(MathF.Round(hounsfield) + PngOffset, 0, ushort.MaxValue);

    private static IEnumerable<CtSlice> ReadNpy(string path, WorkContext work)
    {
        using var images = NpyImages.Open(path);
        for (var i = 0; i < images.Count; i++)
        {
            work.ThrowIfCancelled();
            yield return new CtSlice
            {
                Source = path,
                Format = CtFormat.Npy,
                Rows = images.Rows,
                Columns = images.Columns,
                Values = images.Next(),
                Index = images.IsStack ? i : null,
            };
        }
    }

    private static CtSlice ReadPng(string path)
    {
        var image = GreyPng.Read(path);
        if (image.BitDepth != PngBits)
        {
            throw new InputException(
                ScanErrorIds.PngUnsupported, FaultKind.NotSupported,
                $"'{path}' has {image.BitDepth} bits a pixel; CT slices have {PngBits}, value = HU + {PngOffset}.", path);
        }

        return new CtSlice
        {
            Source = path,
            Format = CtFormat.Png,
            Rows = image.Height,
            Columns = image.Width,
            Values = Array.ConvertAll(image.Values, value => (float)(value - PngOffset)),
        };
    }

    private static CtSlice ReadDicom(string path)
    {
        var image = DicomCtImage.From(DicomFile.Read(path));
        return new CtSlice
        {
            Source = path,
            Format = CtFormat.Dicom,
            Rows = image.Rows,
            Columns = image.Columns,
            Values = image.ToHounsfield(),
            Dicom = image,
        };
    }

    private static bool HasExtension(string path, string extension) =>
        path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
}
