using System.Diagnostics;

namespace Thesis.Cmdlets.Tests;

/// <summary>PowerShell itself, the tool that the checkout pins, for tests that need a process of their own.</summary>
internal static class RealShell
{
    /// <summary>Starts a script; the process is that of the tool's start, so a kill takes its whole tree.</summary>
    public static Process Start(string script) => Process.Start(
        new ProcessStartInfo("dotnet", ["tool", "exec", "--yes", "powershell", "--", "-NoProfile", "-File", script])
        {
            WorkingDirectory = ModuleSession.Root,
            RedirectStandardOutput = true,
        })!;
}
