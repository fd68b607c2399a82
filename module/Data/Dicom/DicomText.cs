using System.Text;

namespace Thesis.Engine.Data;

/// <summary>
/// Cuts texts between characters, whatever their character set (PS3.5, section 6.1): UTF-8, GB18030 and GBK, sets of one
/// byte a character, and sets of one and two bytes that escape sequences switch (ISO 2022).
/// </summary>
internal static class DicomText
{
    private const byte Escape = 0x1B;
    private const byte FirstHigh = 0x80;

    // Brings ASCII back, as the standard asks before the end of a value.
    private static ReadOnlySpan<byte> ToAscii => [Escape, (byte)'(', (byte)'B'];

    /// <summary>The first characters of a text, at most <paramref name="longest"/>, with ASCII in effect at the end.</summary>
    /// <param name="text">The bytes, without padding.</param>
    /// <param name="sets">The value of SpecificCharacterSet; null for ASCII.</param>
    /// <param name="longest">The most characters.</param>
    public static byte[] Cut(ReadOnlySpan<byte> text, string? sets, int longest)
    {
        var isUtf8 = sets is not null && sets.Contains("ISO_IR 192", StringComparison.Ordinal);
        var isChinese = sets is not null && sets.Contains("GB", StringComparison.Ordinal);
        var state = new CodeState();
        var (at, end, endsInAscii) = (0, 0, true);
        for (var characters = 0; at < text.Length;)
        {
            var rest = text[at..];
            if (!isUtf8 && !isChinese && rest[0] == Escape)
            {
                at += state.Switch(rest);
                (end, endsInAscii) = (at, state.IsAscii);
                continue;
            }

            if (characters == longest) break;
            var length = isUtf8 ? Utf8(rest) : isChinese ? Chinese(rest) : state.LengthOf(rest[0]);
            if (length > rest.Length) break;
            at += length;
            end = at;
            characters++;
        }

        return endsInAscii ? text[..end].ToArray() : [.. text[..end], .. ToAscii];
    }

    private static int Utf8(ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out _, out var length);
        return length;
    }

    // GB18030: two bytes, or four where the second is a digit.
    private static int Chinese(ReadOnlySpan<byte> text) =>
        text[0] <= FirstHigh || text.Length < 2 ? 1 : text[1] is >= (byte)'0' and <= (byte)'9' ? 4 : 2;

    /// <summary>The sets in effect for bytes below 128 (G0) and from 128 (G1).</summary>
    private struct CodeState
    {
        private bool _lowIsWide;
        private bool _lowIsOther;
        private bool _highIsWide;

        public readonly bool IsAscii => !_lowIsWide && !_lowIsOther;

        public readonly int LengthOf(byte first) =>
            first >= FirstHigh ? (_highIsWide ? 2 : 1) : _lowIsWide && first > (byte)' ' ? 2 : 1;

        /// <summary>Takes an escape sequence: ESC, bytes of 20 to 2F, and the last one, which names the set.</summary>
        public int Switch(ReadOnlySpan<byte> sequence)
        {
            var length = 1;
            while (length < sequence.Length && sequence[length] is >= 0x20 and <= 0x2F) length++;
            if (length == sequence.Length) return length;
            var between = sequence[1..length];
            var isWide = between.Contains((byte)'$');
            if (between.Contains((byte)')') || between.Contains((byte)'-'))
            {
                _highIsWide = isWide;
            }
            else
            {
                _lowIsWide = isWide;
                _lowIsOther = !isWide && sequence[length] != (byte)'B';
            }

            return length + 1;
        }
    }
}
