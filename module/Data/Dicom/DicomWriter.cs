using System.Buffers.Binary;
using System.Text;

namespace Thesis.Engine.Data;

/// <summary>Writes elements in one of the two little-endian syntaxes.</summary>
internal sealed class DicomWriter(Stream stream, bool isExplicit)
{
    /// <summary>Writes an element; a value of odd length must have been padded.</summary>
    public void Write(DicomElement element)
    {
        WriteTag(element.Tag);
        var length = element.UndefinedLength ? uint.MaxValue : (uint)element.Value.Length;
        if (!isExplicit)
        {
            WriteUInt32(length);
        }
        else
        {
            stream.Write(Encoding.ASCII.GetBytes(element.Vr));
            if (DicomVr.HasLongLength(element.Vr))
            {
                WriteUInt16(0);
                WriteUInt32(length);
            }
            else
            {
                WriteUInt16(checked((ushort)length));
            }
        }

        stream.Write(element.Value.Span);
        if (!element.UndefinedLength) return;
        WriteTag(DicomTag.SequenceEnd);
        WriteUInt32(0);
    }

    /// <summary>Writes a text, padded to an even length.</summary>
    public void WriteText(DicomTag tag, string vr, string text) => Write(TextElement(tag, vr, text));

    /// <summary>Writes one item of a sequence, with its length.</summary>
    public void WriteItem(ReadOnlySpan<byte> content)
    {
        WriteTag(DicomTag.Item);
        WriteUInt32((uint)content.Length);
        stream.Write(content);
    }

    /// <summary>A text as an element: UIDs are padded by NUL, all else by a blank.</summary>
    public static DicomElement TextElement(DicomTag tag, string vr, string text)
    {
        var padded = text.Length % 2 == 0 ? text : text + (vr == "UI" ? '\0' : ' ');
        return new DicomElement(tag, vr, Encoding.Latin1.GetBytes(padded));
    }

    private void WriteTag(DicomTag tag)
    {
        WriteUInt16(tag.Group);
        WriteUInt16(tag.Element);
    }

    private void WriteUInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        stream.Write(bytes);
    }

    private void WriteUInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }
}
