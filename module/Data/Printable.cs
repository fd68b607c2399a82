namespace Thesis.Engine.Data;

/// <summary>Text of a file as it may stand in a message.</summary>
internal static class Printable
{
    private const int LongestName = 60;
    private const int LongestReason = 400;

    /// <summary>A name of at most 60 characters, control characters replaced: a hostile file does not write to the terminal.</summary>
    public static string Text(string text) => Within(LongestName, text);

    /// <summary>What a library says of a file, in at most 400 characters, without its last stop; control characters replaced.</summary>
    public static string Reason(Exception fault) => Reason(fault.Message);

    /// <summary>A library's sentence in the same form.</summary>
    public static string Reason(string sentence) => Within(LongestReason, sentence.TrimEnd('.', '\n', ' '));

    private static string Within(int longest, string text)
    {
        var shown = text.Length > longest ? text[..longest] + "..." : text;
        return string.Create(shown.Length, shown, static (span, value) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(value[i]) ? '?' : value[i];
        });
    }
}
