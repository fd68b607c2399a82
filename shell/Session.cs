using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Thesis.Shell;

/// <summary>A runspace of the engine with Thesis imported, and the pipeline that runs in it now.</summary>
internal sealed class Session : IDisposable
{
    private const int Interrupted = 130;
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

    /// <summary>Runs a command and writes what it gives; the exit code is 1 where its last statement failed, as pwsh's is.</summary>
    public int RunCommand(string text)
    {
        var code = Run(shell => shell.AddScript($"{text}\n${Succeeded} = $?", useLocalScope: false));
        return code == 0 && _runspace.SessionStateProxy.GetVariable(Succeeded) is false ? 1 : code;
    }

    /// <summary>Runs a pipeline and writes what it gives.</summary>
    /// <returns>The exit code.</returns>
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
            _runspace.SessionStateProxy.SetVariable("LASTEXITCODE", null);
            shell.Invoke();
            if (_stopped) return Interrupted;
            return _host.ExitCode ?? ExitCode() ?? 0;
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
        System.Management.Automation.Language.Parser.ParseInput(text, out _, out var faults);
        return faults.Any(fault => fault.IncompleteInput);
    }

    public void Dispose() => _runspace.Dispose();

    private int? ExitCode() => _runspace.SessionStateProxy.GetVariable("LASTEXITCODE") as int?;

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
