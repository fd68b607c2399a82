using System.Buffers.Binary;

namespace Thesis.Engine.Data;

/// <summary>
/// What a lossless JPEG (ISO/IEC 10918-1, annex H) says of itself before its samples: looked at before a decoder sees it.
/// </summary>
/// <param name="Width">Samples a line.</param>
/// <param name="Height">Lines.</param>
/// <param name="Predictor">Which neighbours a sample is predicted from, 1 to 7.</param>
/// <param name="Shift">The low bits that were left out (point transform).</param>
internal readonly record struct JpegLosslessFrame(int Width, int Height, int Predictor, int Shift)
{
    private const byte StartOfImage = 0xD8;
    private const byte StartOfFrame = 0xC3;
    private const byte HuffmanTables = 0xC4;
    private const byte StartOfScan = 0xDA;

    /// <summary>
    /// Reads the markers of a stream of one lossless frame, one component and one scan; null for any other.
    /// </summary>
    public static JpegLosslessFrame? Read(ReadOnlySpan<byte> stream)
    {
        if (stream is not [0xFF, StartOfImage, ..]) return null;
        JpegLosslessFrame? frame = null;
        for (var at = 2; at + 4 <= stream.Length;)
        {
            if (stream[at] != 0xFF) return null;
            var marker = stream[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(stream[(at + 2)..]);
            if (length < 2 || length > stream.Length - at - 2) return null;
            var segment = stream.Slice(at + 4, length - 2);
            at += 2 + length;
            if (marker == StartOfScan) return frame is { } found ? found.WithScan(segment, stream[at..]) : null;
            if (marker == StartOfFrame && frame is null) frame = OfFrame(segment);
            else if (marker is >= 0xC0 and <= 0xCF and not HuffmanTables) return null;
        }

        return null;
    }

    // One component, not subsampled.
    private static JpegLosslessFrame? OfFrame(ReadOnlySpan<byte> segment) =>
        segment is [>= 2 and <= 16, _, _, _, _, 1, _, 0x11, _]
            ? new JpegLosslessFrame(
                BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), 0, 0)
            : null;

    // Behind the scan stands nothing but its end.
    private JpegLosslessFrame? WithScan(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> samples)
    {
        if (segment is not [1, _, _, var predictor, _, var bits]) return null;
        for (var at = samples.IndexOf((byte)0xFF); at >= 0 && at + 1 < samples.Length;)
        {
            if (samples[at + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7) or 0xD9)) return null;
            var next = samples[(at + 1)..].IndexOf((byte)0xFF);
            if (next < 0) break;
            at += 1 + next;
        }

        return this with { Predictor = predictor, Shift = bits & 0x0F };
    }
}
