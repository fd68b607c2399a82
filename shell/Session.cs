using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace Thesis.Shell;

/// <summary>A runspace of the engine with Thesis imported, and the pipeline that runs in it now.</summary>
internal sealed class Session : IDisposable
{
    private const int Interrupted = 130;
    private const string LastExitCode = "LASTEXITCODE";
    private const string Succeeded = "ThesisCommandSucceeded";

    private readonly ShellHost _host;
    private readonly Runspace _runspace;
    private readonly Lock _gate = new();
    private PowerShell? _running;
    private bool _stopped;

    public Session(ShellHost host, string? workingDirectory)
    {
        _host = host;
        var state = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.RemoteSigned;
        if (ModuleLocation.Find() is { } manifest) state.ImportPSModule([manifest]);
        _runspace = RunspaceFactory.CreateRunspace(host, state);
        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;
        _runspace.SessionStateProxy.Path.SetLocation(
            WildcardPattern.Escape(workingDirectory ?? Environment.CurrentDirectory));
    }

    /// <summary>Stops what runs. What cannot be stopped within a second is left behind by <paramref name="otherwise"/>.</summary>
    public void Stop(Action otherwise)
    {
        PowerShell? running;
        lock (_gate)
        {
            running = _running;
            _stopped = true;
        }

        if (running is null) return;
        var stopping = running.BeginStop(null, null);
        if (!stopping.AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(5))) otherwise();
    }

    /// <summary>
    /// Runs a script. The exit code is that of its own <c>exit</c>. The engine keeps it where it keeps those of programs,
    /// so of a script that has no <c>exit</c> the code is 0, whatever the programs gave that it calls.
    /// </summary>
    public int RunFile(string path, IReadOnlyList<string> arguments)
    {
        _runspace.SessionStateProxy.SetVariable(LastExitCode, null);
        var code = Run(shell =>
        {
            shell.AddCommand(path);
            ScriptArguments.AddTo(shell, path, arguments);
        });
        if (code != 0 || Parser.ParseFile(path, out _, out _).Find(IsExit, searchNestedScriptBlocks: true) is null) return code;
        return _runspace.SessionStateProxy.GetVariable(LastExitCode) as int? ?? 0;
    }

    /// <summary>
    /// Runs a command and writes what it gives. The exit code is that of its <c>exit</c>, or 1 where its last statement
    /// failed, as pwsh's is.
    /// </summary>
    public int RunCommand(string text)
    {
        _runspace.SessionStateProxy.SetVariable(Succeeded, null);
        var code = Run(shell => shell.AddScript(HasPlainEnd(text) ? $"{text}\n${Succeeded} = $?" : text, useLocalScope: false));
        var failed = _runspace.SessionStateProxy.GetVariable(Succeeded) is false;
        return code == 0 && failed ? 1 : code;
    }

    /// <summary>Runs a pipeline and writes what it gives.</summary>
    /// <returns>
    /// The exit code: that of <c>exit</c>, 1 where an error ended the pipeline, else 0, as pwsh's is. A program that
    /// fails on the way is for the script to judge.
    /// </returns>
    public int Run(Action<PowerShell> build)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        build(shell);
        shell.Commands.Commands[^1].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        lock (_gate)
        {
            _running = shell;
            _stopped = false;
        }

        try
        {
            _host.ExitCode = null;
            shell.Invoke();
            return _stopped ? Interrupted : _host.ExitCode ?? 0;
        }
        catch (PipelineStoppedException)
        {
            return _host.ExitCode ?? Interrupted;
        }
        catch (RuntimeException fault)
        {
            WriteError(fault.ErrorRecord ?? new ErrorRecord(fault, "Error", ErrorCategory.NotSpecified, null));
            return 1;
        }
        finally
        {
            lock (_gate) _running = null;
        }
    }

    /// <summary>Whether the script's text ends in the middle of a statement.</summary>
    public static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out var faults);
        return faults.Any(fault => fault.IncompleteInput);
    }

    public void Dispose() => _runspace.Dispose();

    private static bool IsExit(Ast part) => part is ExitStatementAst;

    // Whether a statement can follow: not after a fault, nor after named blocks such as begin and end.
    private static bool HasPlainEnd(string text)
    {
        var script = Parser.ParseInput(text, out _, out var faults);
        return faults.Length == 0 && script.EndBlock is { Unnamed: true };
    }

    private void WriteError(ErrorRecord record)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        var wrapped = new PSObject(record);
        wrapped.Properties.Add(new PSNoteProperty("writeErrorStream", true));
        shell.AddCommand("Out-Default");
        shell.Invoke(new[] { wrapped });
    }
}
