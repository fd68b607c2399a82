using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Xml.Linq;
using Xunit;

namespace Thesis.Cmdlets.Tests;

/// <summary>The build's help generator, and Get-Help reading what it wrote.</summary>
public sealed class HelpGeneratorTests : IClassFixture<HelpGeneratorTests.Sample>
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private readonly XElement _command;

    public HelpGeneratorTests(Sample sample)
    {
        Assert.Equal((0, ""), sample.Result);
        _command = Assert.Single(XDocument.Load(HelpGenerator.HelpPath).Root!.Elements(Command + "command"));
    }

    [Fact]
    public void The_synopsis_is_the_first_sentence_of_the_summary() => Assert.Equal(
        ["Reads, as W.-A. Lin does, the files of -Path, see eq. (3.2) and .npy."],
        Paragraphs(_command.Element(Command + "details")!));

    [Fact]
    public void The_description_has_paragraphs_references_and_lists_in_words() => Assert.Equal(
        [
            "Reads, as W.-A. Lin does, the files of -Path, see eq. (3.2) and .npy. Then it stops.",
            "Before x.",
            "See Get-HelpSample, null and Abs.",
            "- ahc: average linkage",
            "- plain",
            "1. first",
            "2. second",
        ],
        Paragraphs(_command));

    [Fact]
    public void Each_parameter_set_has_a_syntax_line_the_default_one_first()
    {
        var lines = _command.Element(Command + "syntax")!.Elements(Command + "syntaxItem")
            .Select(item => string.Join(' ', item.Elements(Command + "parameter").Select(Name)));
        Assert.Equal(
            [
                "Path Method Threshold Recall Summary Seed WhatIf Confirm",
                "LiteralPath Method Threshold Recall Summary Seed WhatIf Confirm",
            ],
            lines);
    }

    [Theory]
    [InlineData("Path", "required=true;globbing=true;pipelineInput=True (ByValue);position=0;aliases=none", "String[]", null)]
    [InlineData("LiteralPath", "required=true;globbing=false;pipelineInput=True (ByPropertyName);position=named;aliases=PSPath", "String[]", null)]
    [InlineData("Method", "required=false;globbing=false;pipelineInput=False;position=named;aliases=none", "String", "ahc")]
    [InlineData("Threshold", "required=false;globbing=false;pipelineInput=False;position=named;aliases=none", "Double", null)]
    [InlineData("Recall", "required=false;globbing=false;pipelineInput=False;position=named;aliases=none", "Double[]", "0.8, 0.9")]
    [InlineData("Summary", "required=false;globbing=false;pipelineInput=False;position=named;aliases=none", "SwitchParameter", "False")]
    [InlineData("Seed", "required=false;globbing=false;pipelineInput=False;position=named;aliases=none", "Int64", "1")]
    [InlineData("WhatIf", "required=false;globbing=false;pipelineInput=False;position=named;aliases=wi", "SwitchParameter", "False")]
    public void A_parameter_is_described_as_the_binder_takes_it(string name, string facts, string type, string? value)
    {
        var parameter = Parameter(name);
        Assert.Equal(facts, string.Join(';', parameter.Attributes()
            .Where(attribute => attribute.Name != "variableLength").Select(a => $"{a.Name}={a.Value}")));
        Assert.Equal(type, Name(parameter.Element(Dev + "type")!));
        Assert.Equal(value, parameter.Element(Dev + "defaultValue")?.Value);
    }

    [Fact]
    public void Parameters_carry_their_texts_also_from_a_base_class()
    {
        Assert.Equal(["The method.", "Valid values: ahc, ddc."], Paragraphs(Parameter("Method")));
        Assert.Equal(["The cut.", "A distance."], Paragraphs(Parameter("Threshold")));
        Assert.Equal(["The seed."], Paragraphs(Parameter("Seed")));
        Assert.Equal(["What this class says of it."], Paragraphs(Parameter("Recall")));
    }

    [Fact]
    public void Common_parameters_are_not_listed() => Assert.DoesNotContain(
        _command.Element(Command + "parameters")!.Elements(), parameter => Name(parameter) is "Verbose" or "ErrorAction");

    [Fact]
    public void Get_help_shows_the_examples_as_they_were_written()
    {
        using var session = new SampleSession();
        var examples = session.Invoke("(Get-Help Get-HelpSample).examples.example | ForEach-Object {"
            + " $_.title; $_.code; ($_.remarks | ForEach-Object Text) -join '|' }");
        Assert.Equal(
            [
                "----- Example 1: Counts the samples -----",
                "$samples = Get-HelpSample -Path '*.npy'\nif ($samples) {\n    $samples.Count\n}",
                "None is a fault.",
                "----- Example 2: By name -----",
                "Get-HelpSample a.npy -Method ddc",
                "",
            ],
            examples);
    }

    [Fact]
    public void Get_help_knows_inputs_outputs_and_links()
    {
        using var session = new SampleSession();
        var facts = session.Invoke("""
            $help = Get-Help Get-HelpSample
            $help.Synopsis
            $help.inputTypes.inputType.type.name
            $help.inputTypes.inputType[1].description.Text
            $help.returnValues.returnValue.type.name
            $help.returnValues.returnValue.description.Text
            $help.relatedLinks.navigationLink | ForEach-Object { $_.linkText + '=' + $_.uri }
            (Get-Help Get-HelpSample -Parameter Path).description.Text
            $help.alertSet.alert.Text
            """);
        Assert.Equal(
            [
                "Reads, as W.-A. Lin does, the files of -Path, see eq. (3.2) and .npy.",
                "System.String[]",
                "System.Management.Automation.PSObject",
                "An object's properties by name: LiteralPath or PSPath.",
                "Thesis.Cmdlets.Tests.HelpSampleRecord",
                "A sample.",
                "The dissertation=https://example.org/thesis",
                "Get-HelpSample=",
                "Paths with wildcards.",
                "Asks for nothing.",
            ],
            facts);
    }

    [Theory]
    [InlineData("P:Thesis.Cmdlets.Tests.GetHelpSampleCommand.Method", "parameter -Method has no doc comment")]
    [InlineData("P:Thesis.Cmdlets.Tests.HelpSampleBase.Seed", "parameter -Seed has no doc comment")]
    [InlineData("T:Thesis.Cmdlets.Tests.GetHelpSampleCommand", "the cmdlet has no doc comment")]
    [InlineData("T:Thesis.Cmdlets.Tests.GetHelpSampleCommand", "the cmdlet has no <example>")]
    public void A_missing_text_fails_the_build_and_writes_nothing(string member, string message)
    {
        var output = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var (exitCode, messages) = HelpGenerator.Run(
            HelpGenerator.Comments.Where(comment => comment.Key != member).ToDictionary(), output);
        Assert.Equal(1, exitCode);
        Assert.Contains(
            $"Thesis.Help : error HELP001: Get-HelpSample (Thesis.Cmdlets.Tests.GetHelpSampleCommand): {message}.",
            messages, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void The_file_is_written_only_when_it_changes()
    {
        var output = Path.GetTempFileName();
        try
        {
            HelpGenerator.Run(HelpGenerator.Comments, output);
            var written = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            File.SetLastWriteTimeUtc(output, written);
            HelpGenerator.Run(HelpGenerator.Comments, output);
            Assert.Equal(written, File.GetLastWriteTimeUtc(output));
        }
        finally
        {
            File.Delete(output);
        }
    }

    private XElement Parameter(string name) =>
        _command.Element(Command + "parameters")!.Elements().Single(parameter => Name(parameter) == name);

    private static string Name(XElement element) => element.Element(Maml + "name")!.Value;

    private static IEnumerable<string> Paragraphs(XElement element) =>
        element.Element(Maml + "description")!.Elements(Maml + "para").Select(paragraph => paragraph.Value);

    /// <summary>The sample's help, written once where Get-Help finds it.</summary>
    public sealed class Sample
    {
        public (int ExitCode, string Messages) Result { get; } = HelpGenerator.Run(HelpGenerator.Comments, HelpGenerator.HelpPath);
    }

    /// <summary>A runspace that has imported this assembly as a module.</summary>
    private sealed class SampleSession : IDisposable
    {
        private readonly Runspace _runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());

        public SampleSession()
        {
            _runspace.Open();
            using var shell = PowerShell.Create(_runspace);
            shell.AddCommand("Import-Module").AddArgument(typeof(SampleSession).Assembly.Location).Invoke();
            Assert.Empty(shell.Streams.Error);
        }

        public IEnumerable<string> Invoke(string script)
        {
            using var shell = PowerShell.Create(_runspace);
            var output = shell.AddScript(script).Invoke();
            Assert.Empty(shell.Streams.Error);
            return output.Select(line => line.ToString());
        }

        public void Dispose() => _runspace.Dispose();
    }
}
