using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// A DICOM file (PS3.10) in a little-endian syntax: every element as its bytes, so that what is not changed is written
/// back as it was. A deflated data set is unpacked, and written unpacked.
/// </summary>
/// <param name="Source">The path, for messages.</param>
/// <param name="Syntax">The transfer syntax of the data set.</param>
/// <param name="Data">The data set, without the file's meta information.</param>
public sealed record DicomFile(string Source, DicomSyntax Syntax, DicomDataset Data)
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaximumLength = 1 << 27;

    /// <summary>The most elements, outside sequences, that are read.</summary>
    public const int MaximumElements = 1 << 16;

    private const int PreambleLength = 128;
    private const int PrefixLength = 4;
    private const ushort MetaGroup = 0x0002;

    private static ReadOnlySpan<byte> Prefix => "DICM"u8;

    /// <summary>Whether the bytes begin as a DICOM file does.</summary>
    public static bool HasPrefix(ReadOnlySpan<byte> start) =>
        start.Length >= PreambleLength + PrefixLength && start.Slice(PreambleLength, PrefixLength).SequenceEqual(Prefix);

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">See <see cref="ScanErrorIds"/>.</exception>
    public static DicomFile Read(string path)
    {
        using var stream = InputFile.Open(path);
        if (stream.Length > MaximumLength)
        {
            throw TooLarge(path, $"has {stream.Length} bytes; {MaximumLength} are read");
        }

        var bytes = new byte[stream.Length];
        InputFile.Guard(path, () =>
        {
            stream.ReadExactly(bytes);
            return 0;
        });
        return Parse(bytes, path);
    }

    /// <summary>Reads a file that lies in memory; the elements refer to its bytes.</summary>
    /// <exception cref="InputException">See <see cref="ScanErrorIds"/>.</exception>
    public static DicomFile Parse(ReadOnlyMemory<byte> bytes, string source)
    {
        if (!HasPrefix(bytes.Span))
        {
            throw new InputException(
                ScanErrorIds.DicomPreambleMissing, FaultKind.InvalidData,
                $"'{source}' is no DICOM file: 'DICM' does not follow the {PreambleLength} bytes of its preamble.", source);
        }

        var meta = new DicomCursor(bytes, PreambleLength + PrefixLength, isExplicit: true, source);
        var information = new DicomDataset(
            ReadElements(meta, source, () => !meta.AtEnd && meta.PeekGroup() == MetaGroup), source);
        var syntax = DicomSyntax.Find(information.RequiredText(DicomTag.TransferSyntax), source);
        var cursor = syntax.Deflated
            ? new DicomCursor(Inflate(bytes[meta.Position..], source), 0, syntax.Explicit, source)
            : new DicomCursor(bytes, meta.Position, syntax.Explicit, source);
        var elements = ReadElements(cursor, source, () => !cursor.AtEnd);
        return new DicomFile(source, syntax.Deflated ? syntax.Uncompressed : syntax, new DicomDataset(elements, source));
    }

    /// <summary>Writes the file with meta information of its own, which names the data set's class and instance.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(new byte[PreambleLength]);
        stream.Write(Prefix);
        var meta = new MemoryStream();
        var writer = new DicomWriter(meta, isExplicit: true);
        writer.Write(new DicomElement(DicomTag.MetaVersion, "OB", new byte[] { 0, 1 }));
        writer.WriteText(DicomTag.MediaStorageClass, "UI", Data.RequiredText(DicomTag.SopClass));
        writer.WriteText(DicomTag.MediaStorageInstance, "UI", Data.RequiredText(DicomTag.SopInstance));
        writer.WriteText(DicomTag.TransferSyntax, "UI", Syntax.Uid);
        writer.WriteText(DicomTag.ImplementationClass, "UI", DicomUid.Implementation);
        writer.WriteText(DicomTag.ImplementationVersion, "SH", "THESIS");

        var length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, checked((uint)meta.Length));
        new DicomWriter(stream, isExplicit: true).Write(new DicomElement(DicomTag.MetaGroupLength, "UL", length));
        meta.WriteTo(stream);
        var data = new DicomWriter(stream, Syntax.Explicit);
        foreach (var element in Data.Elements) data.Write(element);
    }

    private static List<DicomElement> ReadElements(DicomCursor cursor, string source, Func<bool> more)
    {
        var elements = new List<DicomElement>();
        while (more())
        {
            if (elements.Count > 0 && elements[^1].Tag >= DicomTag.PixelData && cursor.AtPadding) break;
            if (elements.Count == MaximumElements) throw TooLarge(source, $"has more than {MaximumElements} elements");
            var start = cursor.Position;
            var element = cursor.ReadElement();
            if (elements.Count > 0 && element.Tag <= elements[^1].Tag)
            {
                throw new InputException(
                    ScanErrorIds.DicomElementInvalid, FaultKind.InvalidData,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"'{source}' is no valid DICOM: {element.Tag} follows {elements[^1].Tag} (byte {start})."),
                    source);
            }

            elements.Add(element);
        }

        return elements;
    }

    // No more is unpacked than a file may have.
    private static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> packed, string source)
    {
        using var stream = new DeflateStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        var buffer = new byte[1 << 16];
        try
        {
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                if (unpacked.Length + read > MaximumLength) throw TooLarge(source, $"unpacks to more than {MaximumLength} bytes");
                unpacked.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException fault)
        {
            throw new InputException(
                ScanErrorIds.DicomTruncated, FaultKind.InvalidData, $"The deflated data set of '{source}' cannot be unpacked.",
                source, fault);
        }

        return unpacked.GetBuffer().AsMemory(0, (int)unpacked.Length);
    }

    private static InputException TooLarge(string source, string reason) => new(
        ScanErrorIds.DicomTooLarge, FaultKind.InvalidData,
        $"'{source}' {reason}: it is no single CT image.", source);
}
