using System.Management.Automation;
using System.Management.Automation.Language;

namespace Thesis.Shell;

/// <summary>
/// A script's arguments as pwsh -File binds them: <c>-Name value</c>, <c>-Name:value</c>, <c>-Switch</c>, and the rest by
/// position. Values are strings, which the binder converts; <c>$true</c> and <c>$false</c> behind a colon are booleans.
/// </summary>
internal static class ScriptArguments
{
    public static void AddTo(PowerShell shell, string scriptPath, IReadOnlyList<string> words)
    {
        var switches = Switches(scriptPath);
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsParameter(words[i]))
            {
                shell.AddArgument(words[i]);
                continue;
            }

            var name = words[i][1..];
            var colon = name.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) shell.AddParameter(name[..colon], Value(name[(colon + 1)..]));
            else if (IsSwitch(switches, name) || i + 1 == words.Count || IsParameter(words[i + 1])) shell.AddParameter(name);
            else shell.AddParameter(name, words[++i]);
        }
    }

    // -5 and -.5 are numbers, not names.
    private static bool IsParameter(string word) => word.Length > 1 && word[0] == '-' && (char.IsLetter(word[1]) || word[1] == '_');

    private static bool IsSwitch(IReadOnlyList<string> switches, string name) =>
        switches.Count(known => known.StartsWith(name, StringComparison.OrdinalIgnoreCase)) == 1
        || switches.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static object Value(string text) => text.ToLowerInvariant() switch
    {
        "$true" => true,
        "$false" => false,
        _ => text,
    };

    private static List<string> Switches(string scriptPath)
    {
        var script = Parser.ParseFile(scriptPath, out _, out _);
        var names = new List<string> { "Verbose", "Debug", "WhatIf", "Confirm" };
        if (script.ParamBlock is null) return names;
        names.AddRange(script.ParamBlock.Parameters
            .Where(parameter => parameter.StaticType == typeof(SwitchParameter))
            .Select(parameter => parameter.Name.VariablePath.UserPath));
        return names;
    }
}
