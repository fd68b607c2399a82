using System.Management.Automation;
using System.Management.Automation.Language;
using Xunit;

namespace Thesis.Cmdlets.Tests;

/// <summary>Get-Help of every exported command: complete, with examples that parse and name what exists.</summary>
public sealed class HelpTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    public static TheoryData<string> Commands
    {
        get
        {
            using var session = new ModuleSession();
            return new TheoryData<string>(session.Run("(Get-Command -Module Thesis).Name").Output.Select(name => name.ToString()));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Commands))]
    public void A_command_has_a_synopsis_a_description_and_an_example(string command)
    {
        var help = session.Run("""
            param($Command)
            $help = Get-Help $Command
            $help.Synopsis
            ($help.description | ForEach-Object Text) -join ' '
            $help.examples.example[0].code
            """, ("Command", command)).Output.Select(text => text?.ToString()).ToArray();
        Assert.Equal(3, help.Length);
        Assert.All(help, text => Assert.False(string.IsNullOrWhiteSpace(text)));
        // Without a help file PowerShell puts the syntax in the synopsis's place.
        Assert.DoesNotContain("<CommonParameters>", help[0], StringComparison.Ordinal);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Commands))]
    public void Every_parameter_has_a_text(string command)
    {
        var undocumented = session.Run("""
            param($Command)
            $texts = @{}
            foreach ($parameter in (Get-Help $Command).parameters.parameter) {
                $texts[$parameter.name] = ($parameter.description | ForEach-Object Text) -join ' '
            }
            $common = [System.Management.Automation.Cmdlet]::CommonParameters
            (Get-Command $Command).Parameters.Keys | Where-Object { $_ -notin $common -and -not $texts[$_] }
            """, ("Command", command));
        Assert.Empty(undocumented.Errors);
        Assert.Empty(undocumented.Output);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Commands))]
    public void Examples_parse_and_name_only_known_commands_and_parameters(string command)
    {
        var examples = session.Run("param($Command) (Get-Help $Command).examples.example.code", ("Command", command));
        Assert.NotEmpty(examples.Output);
        foreach (var example in examples.Output)
        {
            Assert.NotNull(example);
            var script = Parser.ParseInput(example.ToString(), out _, out var errors);
            Assert.Empty(errors);
            var calls = script.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>();
            Assert.Empty(calls.SelectMany(Unknown));
        }
    }

    /// <summary>
    /// The command's name where it does not exist, or those of its parameters that do not. A script of the checkout is
    /// a command, too.
    /// </summary>
    private IEnumerable<string> Unknown(CommandAst call)
    {
        var name = call.GetCommandName();
        if (name is null || File.Exists(Path.Combine(ModuleSession.Root, name))) return [];
        var found = session.Run("param($Name) Get-Command $Name", ("Name", name)).Output;
        if (found is not [{ BaseObject: CommandInfo command }]) return [name];
        if (command is AliasInfo { ResolvedCommand: { } resolved }) command = resolved;
        return call.CommandElements.OfType<CommandParameterAst>().Select(parameter => parameter.ParameterName)
            .Where(parameter => !Accepts(command, parameter))
            .Select(parameter => $"{name} -{parameter}");
    }

    private static bool Accepts(CommandInfo command, string parameter) => command.Parameters.Values.Any(known =>
        known.Name.Equals(parameter, StringComparison.OrdinalIgnoreCase)
        || known.Aliases.Contains(parameter, StringComparer.OrdinalIgnoreCase));
}
