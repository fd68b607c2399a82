using System.Runtime.InteropServices;

namespace Thesis.Shell;

/// <summary>thesis: a small host of the PowerShell engine for machines that have .NET alone.</summary>
internal static class Program
{
    private const int UsageFault = 64;
    private const int Interrupted = 130;

    private const string Help = """
        thesis: runs PowerShell scripts with the Thesis module loaded.

          thesis [-File] PATH [arguments]   runs a script
          thesis -Command TEXT              runs a command; - reads it from standard input
          thesis                            prompts

        Switches, as in pwsh: -NoProfile, -NonInteractive, -NoLogo, -WorkingDirectory DIR, -Version, -Help.
        """;

    private static int Main(string[] words)
    {
        var line = CommandLine.Parse(words);
        if (line.Fault is not null)
        {
            Console.Error.WriteLine(line.Fault);
            return UsageFault;
        }

        switch (line.Task)
        {
            case ShellTask.Version:
                Console.Out.WriteLine($"Thesis shell {typeof(Program).Assembly.GetName().Version?.ToString(3)}");
                return 0;
            case ShellTask.Help:
                Console.Out.WriteLine(Help);
                return 0;
            case ShellTask.File when !File.Exists(line.Script):
                Console.Error.WriteLine($"There is no script '{line.Script}'.");
                return UsageFault;
            default:
                return Run(line);
        }
    }

    private static int Run(CommandLine line)
    {
        var terminal = new Terminal();
        var prompts = line.Task == ShellTask.Prompt && !Console.IsInputRedirected;
        var host = new ShellHost(terminal, interactive: !line.NonInteractive && !Console.IsInputRedirected);
        using var session = new Session(host, line.WorkingDirectory);
        using var interrupt = OnSignal(PosixSignal.SIGINT, session);
        using var terminate = OnSignal(PosixSignal.SIGTERM, session);
        var code = line.Task switch
        {
            ShellTask.File => session.RunFile(Path.GetFullPath(line.Script), line.Arguments),
            ShellTask.Command => session.RunCommand(line.Script),
            _ when prompts => Prompt.Run(session, host, terminal),
            _ => session.RunCommand(Console.In.ReadToEnd()),
        };
        terminal.EndProgress();
        return code;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, Session session) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            session.Stop(otherwise: () => Environment.Exit(Interrupted));
        });
}
