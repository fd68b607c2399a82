using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Thesis.Engine.Learning.TorchScript;

/// <summary>A class of a TorchScript archive: its modules, and the lines of its forward method.</summary>
/// <param name="Modules">The full names of the classes of its modules, by attribute.</param>
/// <param name="Arguments">The names of what forward takes, without self.</param>
/// <param name="Lines">The statements of forward, a line each.</param>
internal sealed record TracedClass(
    IReadOnlyDictionary<string, string> Modules, IReadOnlyList<string> Arguments, IReadOnlyList<string> Lines);

/// <summary>
/// The source of a TorchScript archive as text, class by class. A program that was traced is a line of statements without
/// branches; what else a file may hold is not read here, and whoever meets it leaves the program to the library.
/// </summary>
internal static partial class TracedSource
{
    private const long MostBytes = 1 << 22;
    private const string Folder = "/code/";
    private const string Extension = ".py";

    /// <summary>The classes by their full names.</summary>
    /// <exception cref="TracedException">The source is too large.</exception>
    public static IReadOnlyDictionary<string, TracedClass> Read(ZipArchive archive)
    {
        var classes = new Dictionary<string, TracedClass>(StringComparer.Ordinal);
        var left = MostBytes;
        foreach (var entry in archive.Entries)
        {
            var start = entry.FullName.IndexOf(Folder, StringComparison.Ordinal);
            if (start < 0 || !entry.FullName.EndsWith(Extension, StringComparison.Ordinal)) continue;
            var place = entry.FullName[(start + Folder.Length)..^Extension.Length].Replace('/', '.');
            foreach (var (name, found) in Classes(Text(entry, ref left))) classes[$"{place}.{name}"] = found;
        }

        return classes;
    }

    /// <summary>The class that no other has as a module: that of the whole program.</summary>
    /// <exception cref="TracedException">There is none, or more than one.</exception>
    public static string Root(IReadOnlyDictionary<string, TracedClass> classes)
    {
        var inner = classes.Values.SelectMany(one => one.Modules.Values).ToHashSet(StringComparer.Ordinal);
        string[] roots = [.. classes.Keys.Where(name => !inner.Contains(name))];
        return roots is [var root] ? root : throw new TracedException($"{roots.Length} classes are part of no other");
    }

    private static IEnumerable<(string Name, TracedClass Class)> Classes(string text)
    {
        string? name = null;
        var modules = new Dictionary<string, string>(StringComparer.Ordinal);
        var (header, lines) = (new StringBuilder(), new List<string>());
        var (isHeader, isForward) = (false, false);
        foreach (var line in text.Split('\n').Append("class"))
        {
            if (line.StartsWith("class", StringComparison.Ordinal))
            {
                if (name is not null) yield return (name, new TracedClass(modules, Arguments(header.ToString()), lines));
                name = ClassLine().Match(line) is { Success: true } found ? found.Groups["name"].Value : null;
                modules = new Dictionary<string, string>(StringComparer.Ordinal);
                (header, lines) = (new StringBuilder(), []);
                (isHeader, isForward) = (false, false);
            }
            else if (ModuleLine().Match(line) is { Success: true } module)
            {
                modules[module.Groups["name"].Value] = module.Groups["class"].Value;
            }
            else if (line.StartsWith("  def ", StringComparison.Ordinal) || isHeader)
            {
                if (!isHeader) isForward = line.StartsWith("  def forward(", StringComparison.Ordinal);
                if (isForward) header.Append(line);
                isHeader = !line.EndsWith(':');
            }
            else if (isForward && line.StartsWith("    ", StringComparison.Ordinal))
            {
                lines.Add(line[4..]);
            }
        }
    }

    private static string[] Arguments(string header) =>
        [.. Argument().Matches(header).Select(match => match.Groups["name"].Value).Where(name => name != "self")];

    private static string Text(ZipArchiveEntry entry, ref long left)
    {
        if ((left -= entry.Length) < 0) throw new TracedException("its source is too long");
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        var buffer = new char[entry.Length];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }

    [GeneratedRegex(@"^class (?<name>\w+)\(Module\):")]
    private static partial Regex ClassLine();

    [GeneratedRegex("""^  (?:(?<name>\w+) :|__annotations__\["(?<name>[^"]+)"\] =) (?<class>__torch__\.\S+)$""")]
    private static partial Regex ModuleLine();

    [GeneratedRegex(@"(?<name>\w+): ")]
    private static partial Regex Argument();
}

/// <summary>What stands in a program and is not covered here.</summary>
internal sealed class TracedException(string message, Exception? cause = null) : Exception(message, cause);
