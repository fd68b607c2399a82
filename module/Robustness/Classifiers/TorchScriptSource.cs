using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Thesis.Engine.Robustness;

/// <summary>
/// What the source in a TorchScript file does beside computing a function of its images. A program that was traced in
/// training mode keeps that mode for ever, whatever <c>eval()</c> says: it stands in the source as a literal.
/// </summary>
internal static partial class TorchScriptSource
{
    private const int MostCharacters = 1 << 22;

    // Places of the literal of the training mode among the arguments.
    private const int DropoutMode = 2;
    private const int BatchNormMode = 5;

    /// <summary>The findings in the file's source, each kind once; none where the file holds no source that can be read.</summary>
    public static IReadOnlyList<ForwardFinding> Read(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var left = MostCharacters;
            var findings = new List<ForwardFinding>();
            foreach (var entry in archive.Entries.Where(IsSource))
            {
                findings.AddRange(Scan(Text(entry, ref left)));
            }

            return [.. findings.Distinct()];
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // The library has read the program; only its source is not to be had.
            return [];
        }
    }

    /// <summary>The findings in a source.</summary>
    internal static IEnumerable<ForwardFinding> Scan(string source)
    {
        foreach (Match call in Call().Matches(source))
        {
            var name = call.Groups["name"].Value;
            var kind = Kind(name, () => Arguments(source, call.Index + call.Length));
            if (kind is { } found) yield return new ForwardFinding(found, name);
        }
    }

    private static ForwardFindingKind? Kind(string name, Func<string[]> arguments)
    {
        if (name.EndsWith("dropout", StringComparison.Ordinal)) return IsTrue(arguments(), DropoutMode);
        if (name is "batch_norm") return IsTrue(arguments(), BatchNormMode);
        return name is "autograd.grad" or "autograd.backward" or "backward"
            ? ForwardFindingKind.Optimisation
            : ForwardFindingKind.Randomness;
    }

    private static ForwardFindingKind? IsTrue(string[] arguments, int place) =>
        place < arguments.Length && arguments[place] == "True" ? ForwardFindingKind.TrainingMode : null;

    // The arguments of a call whose parenthesis has just opened.
    private static string[] Arguments(string source, int start)
    {
        var (arguments, depth, from) = (new List<string>(), 0, start);
        for (var i = start; i < source.Length; i++)
        {
            if (source[i] is '(' or '[') depth++;
            else if (source[i] is ')' or ']' && depth-- == 0)
            {
                arguments.Add(source[from..i].Trim());
                break;
            }
            else if (source[i] == ',' && depth == 0)
            {
                arguments.Add(source[from..i].Trim());
                from = i + 1;
            }
        }

        return [.. arguments];
    }

    private static bool IsSource(ZipArchiveEntry entry) =>
        entry.FullName.Contains("/code/", StringComparison.Ordinal) && entry.FullName.EndsWith(".py", StringComparison.Ordinal);

    private static string Text(ZipArchiveEntry entry, ref int left)
    {
        using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
        var buffer = new char[Math.Min(left, (int)Math.Min(entry.Length, MostCharacters))];
        var count = reader.ReadBlock(buffer);
        left -= count;
        return new string(buffer, 0, count);
    }

    [GeneratedRegex(
        @"\b(?:torch|functional)\.(?<name>\w*dropout|batch_norm|autograd\.grad|autograd\.backward|backward"
        + @"|rand\w*|normal_?|bernoulli_?|multinomial|poisson|uniform_|exponential_|cauchy_|geometric_|log_normal_|random_)\(")]
    private static partial Regex Call();
}
