using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Thesis.Cmdlets.Tests;

/// <summary>A runspace of the real engine with the module imported from the checkout.</summary>
public sealed class ModuleSession : IDisposable
{
    private readonly Runspace _runspace;

    public ModuleSession()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule([ManifestPath]);
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    /// <summary>The checkout's root: the folder above the test's that holds the manifest.</summary>
    public static string Root { get; } = FindRoot();

    public static string ManifestPath => Path.Combine(Root, "Thesis.psd1");

    /// <summary>Runs a script; its parameters are given by name.</summary>
    public RunResult Run(string script, params (string Name, object? Value)[] parameters)
    {
        using var shell = Shell();
        shell.AddScript(script);
        foreach (var (name, value) in parameters) shell.AddParameter(name, value);
        Exception? terminating = null;
        ICollection<PSObject> output = [];
        try
        {
            output = shell.Invoke();
        }
        catch (RuntimeException fault)
        {
            terminating = fault;
        }

        return new RunResult(
            [.. output], [.. shell.Streams.Error], [.. shell.Streams.Verbose.Select(v => v.Message)],
            [.. shell.Streams.Warning.Select(w => w.Message)], terminating as RuntimeException);
    }

    /// <summary>A pipeline of this session, for tests that stop it or feed it by hand.</summary>
    public PowerShell Shell()
    {
        var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        return shell;
    }

    public void Dispose() => _runspace.Dispose();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Thesis.psd1"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Thesis.psd1 is in no folder above the tests.");
    }
}

/// <summary>What a script gave.</summary>
public sealed record RunResult(
    IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<string> Verbose,
    IReadOnlyList<string> Warnings, RuntimeException? Terminating)
{
    /// <summary>The error ids, those of a terminating error last, without the cmdlet's name.</summary>
    public IReadOnlyList<string> ErrorIds =>
        [.. Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0]),
         .. Terminating is null ? [] : new[] { Terminating.ErrorRecord.FullyQualifiedErrorId.Split(',')[0] }];

    /// <summary>A property of output object <paramref name="index"/>.</summary>
    public object? Get(int index, string property) => Output[index].Properties[property]?.Value;
}
