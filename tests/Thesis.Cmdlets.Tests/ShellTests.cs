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
    [InlineData("Invoke-FaceClustering nowhere.npy; exit 0", 0)]
    [InlineData("dotnet --no-such-switch", 1)]
    [InlineData("dotnet --no-such-switch; 1", 0)]
    [InlineData("begin { 1 } end { 2 }", 0)]
    [InlineData("1 |", 1)]
    [InlineData("throw 'x'", 1)]
    [InlineData("exit 5", 5)]
    public void The_exit_code_is_that_of_the_last_statement(string command, int expected)
    {
        var (code, _, errors) = Run("-Command", command);
        Assert.Equal(expected, code);
        Assert.DoesNotContain("ThesisCommandSucceeded", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dotnet --no-such-switch\n'after'", 0)]
    [InlineData("Invoke-FaceClustering nowhere.npy", 0)]
    [InlineData("throw 'x'", 1)]
    [InlineData("dotnet --no-such-switch\nexit 5", 5)]
    [InlineData("if ($false) { exit 5 }", 0)]
    public void The_exit_code_of_a_script_is_that_of_its_exit(string text, int expected)
    {
        var script = Path.Combine(Path.GetTempPath(), $"thesis-{Guid.NewGuid():N}.ps1");
        File.WriteAllText(script, text);
        try
        {
            Assert.Equal(expected, Run("-File", script).Code);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static (int Code, string Output, string Errors) Run(string task, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [ModuleSession.ShellPath, "-NoProfile", task, argument])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
