using System.Globalization;

namespace Thesis.Engine.Data;

/// <summary>
/// A list of numbers in a cell of text, as pandas writes an array (<c>[0.1 0.2]</c>, over lines), Python a list or a tuple
/// (<c>[0.1, 0.2]</c>), of NumPy's numbers (<c>[np.float32(0.1)]</c>), and PostgreSQL an array (<c>{0.1,0.2}</c>).
/// </summary>
internal static class NumberList
{
    private static ReadOnlySpan<byte> Separators => " \t\r\n,"u8;

    /// <summary>Whether a cell looks like one.</summary>
    public static bool Is(ReadOnlySpan<byte> cell)
    {
        cell = cell.Trim(" \t\r\n"u8);
        return cell is [(byte)'[', .., (byte)']'] or [(byte)'(', .., (byte)')'] or [(byte)'{', .., (byte)'}'];
    }

    /// <summary>Whether it is one that begins with a number, or is empty: <c>(June)</c> and <c>{"x": 1}</c> are other things.</summary>
    public static bool HasNumbers(ReadOnlySpan<byte> cell)
    {
        if (!Is(cell)) return false;
        var values = new List<double>();
        return Read(cell, values) is null || values.Count > 0;
    }

    /// <summary>Reads a list that <see cref="Is"/> one.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="values">The values.</param>
    /// <returns>The text that is no number, or null.</returns>
    public static string? Read(ReadOnlySpan<byte> cell, List<double> values)
    {
        values.Clear();
        var rest = cell.Trim(" \t\r\n"u8)[1..^1];
        while (true)
        {
            rest = rest.TrimStart(Separators);
            if (rest.IsEmpty) return null;
            var end = rest.IndexOfAny(Separators);
            var token = end < 0 ? rest : rest[..end];
            if (!double.TryParse(Bare(token), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                return System.Text.Encoding.UTF8.GetString(token);
            }

            values.Add(value);
            rest = rest[token.Length..];
        }
    }

    // 0.1 of np.float32(0.1), as Python writes NumPy's numbers since its version 2.
    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> token) =>
        token.StartsWith("np.float"u8) && token[^1] == (byte)')' && token.IndexOf((byte)'(') is > 0 and var open
            ? token[(open + 1)..^1]
            : token;
}
