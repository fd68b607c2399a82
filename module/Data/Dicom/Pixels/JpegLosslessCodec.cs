using JpegLibrary;

namespace Thesis.Engine.Data;

/// <summary>
/// Lossless JPEG of one component, by JpegLibrary 0.4. Its first line and 16-bit samples are right for the predictor of
/// the left neighbour alone, which is the one of transfer syntax 1.2.840.10008.1.2.4.70; others are refused.
/// </summary>
internal static class JpegLosslessCodec
{
    private const int LeftNeighbour = 1;

    /// <summary>Decodes words, little-endian.</summary>
    /// <param name="stream">The JPEG stream.</param>
    /// <param name="rows">The lines that it must have.</param>
    /// <param name="columns">The samples that a line must have.</param>
    /// <param name="fault">Why there are none.</param>
    public static byte[]? Decode(ReadOnlyMemory<byte> stream, int rows, int columns, out string fault)
    {
        fault = "the pixels are no lossless JPEG of one component";
        if (JpegLosslessFrame.Read(stream.Span) is not { } frame) return null;
        fault = $"the JPEG has {frame.Width} x {frame.Height} samples, where the image has {columns} x {rows}";
        if (frame.Width != columns || frame.Height != rows) return null;
        fault = $"the JPEG predicts by selection value {frame.Predictor} and leaves out {frame.Shift} bits; 1 and 0 are read";
        if (frame.Predictor != LeftNeighbour || frame.Shift != 0) return null;
        fault = "the JPEG stream cannot be decoded";
        var words = new Words(rows, columns);
        try
        {
            var decoder = new JpegDecoder();
            decoder.SetInput(stream);
            decoder.Identify();
            decoder.SetOutputWriter(words);
            decoder.Decode();
        }
        catch (Exception cause) when (cause is InvalidDataException or InvalidOperationException or ArgumentException
            or IndexOutOfRangeException or NullReferenceException or OverflowException)
        {
            fault = $"{fault} ({Printable.Reason(cause)})";
            return null;
        }

        if (words.IsComplete) return words.Bytes;
        fault = "the JPEG stream ends before its last line";
        return null;
    }

    /// <summary>Takes the samples in blocks of 8 x 8, the last ones of a line or a column over the border.</summary>
    private sealed class Words(int rows, int columns) : JpegBlockOutputWriter
    {
        private const int Side = 8;

        private int _samples;

        public byte[] Bytes { get; } = new byte[2 * rows * columns];

        public bool IsComplete => _samples == rows * columns;

        public override void WriteBlock(ref short blockRef, int componentIndex, int x, int y)
        {
            if (componentIndex != 0 || x < 0 || y < 0) return;
            var block = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref blockRef, Side * Side);
            for (var row = 0; row < Math.Min(Side, rows - y); row++)
            {
                for (var column = 0; column < Math.Min(Side, columns - x); column++)
                {
                    var place = 2 * (((y + row) * columns) + x + column);
                    System.Buffers.Binary.BinaryPrimitives.WriteInt16LittleEndian(Bytes.AsSpan(place), block[(row * Side) + column]);
                    _samples++;
                }
            }
        }
    }
}
