using System.Reflection;
using System.Text.RegularExpressions;

namespace Thesis.Engine.Benchmarks;

/// <summary>
/// The commit that results come from: that of the checkout around the module, read from <c>.git</c> without running
/// git; else the one that the build put into the module's informational version (<c>1.2.3+commit</c>); else unknown.
/// </summary>
public static partial class SourceCommit
{
    /// <summary>The full hash, or an empty text.</summary>
    /// <param name="folder">A folder within the checkout.</param>
    public static string Find(string folder)
    {
        try
        {
            for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            {
                if (GitFolder(Path.Combine(at.FullName, ".git")) is { } git) return Head(git) ?? FromVersion();
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The commit is a convenience: a checkout that cannot be read must not fail a run.
            return FromVersion();
        }

        return FromVersion();
    }

    // A worktree's .git is a file that names the folder.
    private static string? GitFolder(string path)
    {
        if (Directory.Exists(path)) return path;
        const string prefix = "gitdir:";
        if (!File.Exists(path)) return null;
        var text = File.ReadAllText(path).Trim();
        return text.StartsWith(prefix, StringComparison.Ordinal)
            ? Path.GetFullPath(text[prefix.Length..].Trim(), Path.GetDirectoryName(path)!)
            : null;
    }

    private static string? Head(string git)
    {
        var file = Path.Combine(git, "HEAD");
        if (!File.Exists(file)) return null;
        const string prefix = "ref:";
        var head = File.ReadAllText(file).Trim();
        return head.StartsWith(prefix, StringComparison.Ordinal)
            ? Reference(git, head[prefix.Length..].Trim())
            : Hash(head);
    }

    private static string? Reference(string git, string name)
    {
        var shared = Path.Combine(git, "commondir");
        string[] folders = File.Exists(shared) ? [git, Path.GetFullPath(File.ReadAllText(shared).Trim(), git)] : [git];
        foreach (var folder in folders)
        {
            var loose = Path.Combine(folder, name);
            if (File.Exists(loose)) return Hash(File.ReadAllText(loose).Trim());
        }

        var packed = Path.Combine(folders[^1], "packed-refs");
        return File.Exists(packed)
            ? File.ReadLines(packed)
                .Where(line => line.EndsWith(" " + name, StringComparison.Ordinal))
                .Select(line => Hash(line.Split(' ')[0])).FirstOrDefault()
            : null;
    }

    private static string? Hash(string text) => HashPattern().IsMatch(text) ? text : null;

    private static string FromVersion()
    {
        var version = typeof(SourceCommit).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? "" : version[(plus + 1)..];
    }

    [GeneratedRegex("^(?:[0-9a-f]{40}|[0-9a-f]{64})$", RegexOptions.CultureInvariant)]
    private static partial Regex HashPattern();
}
