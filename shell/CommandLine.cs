namespace Thesis.Shell;

/// <summary>What the shell is asked to run.</summary>
internal enum ShellTask
{
    Prompt,
    File,
    Command,
    StandardInput,
    Version,
    Help,
}

/// <summary>The command line, in pwsh's own switches. Everything after -File's path and -Command belongs to the script.</summary>
internal sealed record CommandLine
{
    public ShellTask Task { get; init; } = ShellTask.Prompt;

    /// <summary>The script's path for -File, its text for -Command.</summary>
    public string Script { get; init; } = "";

    /// <summary>The script's own arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public bool NonInteractive { get; init; }

    public bool NoLogo { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>Why the line cannot be understood; null when it can.</summary>
    public string? Fault { get; init; }

    public static CommandLine Parse(IReadOnlyList<string> words)
    {
        var line = new CommandLine();
        for (var i = 0; i < words.Count; i++)
        {
            var rest = words.Skip(i + 1).ToArray();
            switch (Switch(words[i]))
            {
                case "noprofile" or "nop":
                    break;
                case "noninteractive" or "noni":
                    line = line with { NonInteractive = true };
                    break;
                case "nologo":
                    line = line with { NoLogo = true };
                    break;
                case "workingdirectory" or "wd" or "wo":
                    if (rest.Length == 0) return Missing(line, words[i]);
                    line = line with { WorkingDirectory = rest[0] };
                    i++;
                    break;
                case "executionpolicy" or "ex" or "ep":
                    i++;
                    break;
                case "version" or "v":
                    return line with { Task = ShellTask.Version };
                case "help" or "h" or "?":
                    return line with { Task = ShellTask.Help };
                case "file" or "f":
                    if (rest.Length == 0) return Missing(line, words[i]);
                    return rest[0] == "-" ? line with { Task = ShellTask.StandardInput } : OfFile(line, rest);
                case "command" or "c":
                    if (rest.Length == 0) return Missing(line, words[i]);
                    return rest is ["-"]
                        ? line with { Task = ShellTask.StandardInput }
                        : line with { Task = ShellTask.Command, Script = string.Join(' ', rest) };
                case null:
                    return OfFile(line, [words[i], .. rest]);
                default:
                    return line with { Fault = $"'{words[i]}' is no switch of this shell. thesis -Help lists them." };
            }
        }

        return line;
    }

    private static CommandLine OfFile(CommandLine line, string[] words) =>
        line with { Task = ShellTask.File, Script = words[0], Arguments = words[1..] };

    private static CommandLine Missing(CommandLine line, string name) => line with { Fault = $"'{name}' needs a value." };

    private static string? Switch(string word)
    {
        if (word.Length < 2 || word[0] != '-') return null;
        return word.TrimStart('-').ToLowerInvariant();
    }
}
