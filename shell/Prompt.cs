namespace Thesis.Shell;

/// <summary>The prompt: reads statements, over several lines where they are not complete, until exit or the end.</summary>
internal static class Prompt
{
    public static int Run(Session session, ShellHost host, Terminal terminal)
    {
        var code = 0;
        while (host.ExitCode is null && Read(terminal) is { } statement)
        {
            if (string.IsNullOrWhiteSpace(statement)) continue;
            code = session.Run(shell => shell.AddScript(statement, useLocalScope: false));
            terminal.EndProgress();
        }

        return host.ExitCode ?? code;
    }

    private static string? Read(Terminal terminal)
    {
        terminal.Output("thesis> ");
        var text = Console.In.ReadLine();
        while (text is not null && Session.IsIncomplete(text))
        {
            terminal.Output(">> ");
            if (Console.In.ReadLine() is not { } line || line.Length == 0) break;
            text += Environment.NewLine + line;
        }

        return text;
    }
}
