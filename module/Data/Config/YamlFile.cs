using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>The text of a YAML file of anyone's.</summary>
internal static class YamlFile
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a file's bytes, as many as <see cref="YamlLoader"/> takes.</summary>
    /// <exception cref="InputException"><c>ConfigNotFound</c>, <c>ConfigUnreadable</c>, <c>ConfigTooLarge</c>.</exception>
    public static byte[] Read(string path)
    {
        using var stream = InputFile.Open(path, "ConfigNotFound", "ConfigUnreadable");
        if (stream.Length > YamlLoader.MaximumBytes) throw YamlLoader.OverLimit(path);
        return InputFile.Guard(
            path,
            () =>
            {
                var content = new byte[stream.Length];
                stream.ReadExactly(content);
                return content;
            },
            "ConfigUnreadable");
    }

    /// <summary>The text of the bytes, which are UTF-8.</summary>
    /// <exception cref="InputException"><c>ConfigSyntax</c>.</exception>
    public static string Text(string path, byte[] content)
    {
        try
        {
            return Strict.GetString(content);
        }
        catch (DecoderFallbackException fault)
        {
            throw ConfigFault.Create("ConfigSyntax", path, new TextPosition(1, 1), "The file is not UTF-8 text.", fault);
        }
    }
}
