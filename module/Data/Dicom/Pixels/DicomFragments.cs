using System.Buffers.Binary;

namespace Thesis.Engine.Data;

/// <summary>Encapsulated pixels (PS3.5, annex A.4): a table of offsets, then the fragments of the stream.</summary>
internal static class DicomFragments
{
    private const int HeaderLength = 8;

    /// <summary>The fragments of the only frame, one after another; null where the items do not fit the bytes.</summary>
    public static ReadOnlyMemory<byte>? Join(ReadOnlyMemory<byte> items)
    {
        using var joined = new MemoryStream();
        var isTable = true;
        for (var rest = items; !rest.IsEmpty; isTable = false)
        {
            if (rest.Length < HeaderLength) return null;
            var head = rest.Span;
            var tag = new DicomTag(
                BinaryPrimitives.ReadUInt16LittleEndian(head), BinaryPrimitives.ReadUInt16LittleEndian(head[2..]));
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (tag != DicomTag.Item || length > rest.Length - HeaderLength) return null;
            if (!isTable) joined.Write(head.Slice(HeaderLength, (int)length));
            rest = rest[(HeaderLength + (int)length)..];
        }

        return joined.ToArray();
    }
}
