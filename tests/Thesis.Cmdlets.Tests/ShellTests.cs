using System.Diagnostics;
using Xunit;

namespace Thesis.Cmdlets.Tests;

/// <summary>The exit codes of the shell, which are pwsh's, so that a gate in CI holds in both.</summary>
public sealed class ShellTests
{
    [Theory]
    [InlineData("1", 0)]
    [InlineData("Invoke-FaceClustering nowhere.npy", 1)]
    [InlineData("Invoke-FaceClustering nowhere.npy; 1", 0)]
    [InlineData("throw 'x'", 1)]
    [InlineData("exit 5", 5)]
    public void The_exit_code_is_that_of_the_last_statement(string command, int expected)
    {
        var host = Path.Combine(ModuleSession.Root, "artifacts", "bin", "Thesis.Shell", "release", "thesis.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [host, "-NoProfile", "-Command", command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(expected, process.ExitCode);
    }
}
