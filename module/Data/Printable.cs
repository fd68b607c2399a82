namespace Thesis.Engine.Data;

/// <summary>Text of a file as it may stand in a message.</summary>
internal static class Printable
{
    private const int Longest = 60;

    /// <summary>At most 60 characters, control characters replaced: a hostile file does not write to the terminal.</summary>
    public static string Text(string text)
    {
        var shown = text.Length > Longest ? text[..Longest] + "..." : text;
        return string.Create(shown.Length, shown, static (span, value) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(value[i]) ? '?' : value[i];
        });
    }
}
