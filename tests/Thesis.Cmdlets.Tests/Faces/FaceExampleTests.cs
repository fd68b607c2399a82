using System.Management.Automation.Language;
using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

/// <summary>The examples of Get-Help do what they say, in a folder with the files that they name.</summary>
public sealed class FaceExampleTests
{
    public static TheoryData<string> Commands
    {
        get
        {
            using var session = new ModuleSession();
            return new TheoryData<string>(session.Run(
                "Get-Command -Module Thesis | Where-Object { $_.ImplementingType.Namespace -eq 'Thesis.Cmdlets.Faces' } "
                + "| ForEach-Object Name").Output.Select(name => name.ToString()));
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Examples_run_without_an_error_and_give_something(string command)
    {
        using var session = new ModuleSession();
        var examples = session.Run("param($Command) (Get-Help $Command).examples.example.code", ("Command", command))
            .Output.Select(code => code.ToString()).Where(code => Known(session, code)).ToArray();
        Assert.NotEmpty(examples);
        // In their order, in one folder, as a reader of the help types them.
        using var folder = new FaceFolder();
        foreach (var example in examples)
        {
            // The shape of the largest protocol, and not its 68,195 faces, is what an example shows.
            var result = folder.Run(example.Replace("ijbb-1845", "ijbb-32", StringComparison.Ordinal));
            Assert.Empty(result.ErrorIds);
            Assert.NotEmpty(result.Output);
        }
    }

    /// <summary>Whether every command of an example exists here; some are in modules of pwsh alone.</summary>
    private static bool Known(ModuleSession session, string code) =>
        Parser.ParseInput(code, out _, out _)
            .FindAll(node => node is CommandAst, searchNestedScriptBlocks: true)
            .Cast<CommandAst>()
            .All(call => session.Run("param($Name) Get-Command $Name", ("Name", call.GetCommandName())).Output.Count > 0);
}
