using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Walks the elements of a file that lies in memory. Every length is checked against what is left of the file before it
/// is used; sequences are walked to find their end, and kept as bytes.
/// </summary>
internal sealed class DicomCursor(ReadOnlyMemory<byte> file, int position, bool isExplicit, string source)
{
    /// <summary>The deepest nesting of sequences that is followed; real files stay below 10.</summary>
    public const int MaximumDepth = 32;

    private const uint Undefined = uint.MaxValue;
    private const int HeaderLength = 8;

    private bool _explicit = isExplicit;

    /// <summary>The next byte.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Whether the file is at its end.</summary>
    public bool AtEnd => Position == file.Length;

    /// <summary>
    /// Whether nothing follows that could be an element: fewer bytes than the head of one, or zeros, with which some
    /// programs fill up a file.
    /// </summary>
    public bool AtPadding =>
        file.Length - Position < HeaderLength || file.Span[Position..].IndexOfAnyExcept((byte)0) < 0;

    /// <summary>The group of the next element, which is not read.</summary>
    public ushort PeekGroup()
    {
        Need(sizeof(ushort), "a tag");
        return BinaryPrimitives.ReadUInt16LittleEndian(file.Span[Position..]);
    }

    /// <summary>Reads the next element.</summary>
    /// <exception cref="InputException">
    /// <c>DicomTruncated</c>, <c>DicomVrInvalid</c>, <c>DicomElementInvalid</c>, <c>DicomSequenceTooDeep</c>.
    /// </exception>
    public DicomElement ReadElement(int depth = 0)
    {
        var start = Position;
        var tag = ReadTag();
        if (tag.Group == DicomTag.Item.Group) throw Invalid(start, $"the delimiter {tag} stands outside a sequence");
        var vr = _explicit ? ReadVr(tag) : "";
        var length = ReadLength(vr, tag);
        if (length != Undefined) return new DicomElement(tag, vr, Take(length, start, tag));
        if (vr is not ("" or "SQ" or "UN") && tag != DicomTag.PixelData) throw Invalid(start, $"{tag} of type {vr} has no length");
        var content = Position;
        WalkItems(vr, depth + 1);
        return new DicomElement(tag, vr, file[content..(Position - HeaderLength)], UndefinedLength: true);
    }

    private void WalkItems(string vr, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new InputException(
                ScanErrorIds.DicomSequenceTooDeep, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{source}' nests sequences deeper than {MaximumDepth} (byte {Position})."),
                source);
        }

        // A sequence of unknown type is encoded as in the implicit syntax (PS3.5, section 6.2.2).
        var outer = _explicit;
        if (vr == "UN") _explicit = false;
        while (true)
        {
            var start = Position;
            var tag = ReadTag();
            var length = ReadUInt32();
            if (tag == DicomTag.SequenceEnd) break;
            if (tag != DicomTag.Item) throw Invalid(start, $"{tag} stands where an item of a sequence must");
            if (length == Undefined) WalkItem(depth);
            else Take(length, start, tag);
        }

        _explicit = outer;
    }

    private void WalkItem(int depth)
    {
        while (PeekTag() != DicomTag.ItemEnd) ReadElement(depth);
        Position += HeaderLength;
    }

    private DicomTag PeekTag()
    {
        Need(HeaderLength, "a tag");
        var span = file.Span[Position..];
        return new DicomTag(
            BinaryPrimitives.ReadUInt16LittleEndian(span), BinaryPrimitives.ReadUInt16LittleEndian(span[2..]));
    }

    private DicomTag ReadTag()
    {
        var tag = PeekTag();
        Position += 4;
        return tag;
    }

    private string ReadVr(DicomTag tag)
    {
        var vr = Encoding.Latin1.GetString(file.Span.Slice(Position, 2));
        if (!DicomVr.IsKnown(vr))
        {
            throw new InputException(
                ScanErrorIds.DicomVrInvalid, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{source}' gives {tag} the type '{Printable.Text(vr)}', which does not exist (byte {Position})."),
                source);
        }

        Position += 2;
        return vr;
    }

    private uint ReadLength(string vr, DicomTag tag)
    {
        if (vr.Length == 0) return ReadUInt32();
        if (DicomVr.HasLongLength(vr))
        {
            Need(6, $"the length of {tag}");
            Position += 2;
            return ReadUInt32();
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(file.Span[Position..]);
        Position += 2;
        return length;
    }

    private uint ReadUInt32()
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(file.Span[Position..]);
        Position += sizeof(uint);
        return value;
    }

    private ReadOnlyMemory<byte> Take(uint length, int start, DicomTag tag)
    {
        if (length > file.Length - Position)
        {
            throw new InputException(
                ScanErrorIds.DicomTruncated, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{source}' gives {tag} {length} bytes, and {file.Length - Position} follow (byte {start})."),
                source);
        }

        var value = file.Slice(Position, (int)length);
        Position += (int)length;
        return value;
    }

    private void Need(int bytes, string what)
    {
        if (bytes <= file.Length - Position) return;
        throw new InputException(
            ScanErrorIds.DicomTruncated, FaultKind.InvalidData,
            string.Create(CultureInfo.InvariantCulture, $"'{source}' ends within {what} (byte {Position})."), source);
    }

    private InputException Invalid(int at, string reason) => new(
        ScanErrorIds.DicomElementInvalid, FaultKind.InvalidData,
        string.Create(CultureInfo.InvariantCulture, $"'{source}' is no valid DICOM: {reason} (byte {at})."), source);
}
