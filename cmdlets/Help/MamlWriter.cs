using System.Globalization;
using System.Management.Automation;
using System.Xml.Linq;

namespace Thesis.Help;

/// <summary>Cmdlets' help as MAML, in the layout that Get-Help reads (and platyPS writes).</summary>
internal static class MamlWriter
{
    private static readonly XNamespace Help = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>The whole file.</summary>
    public static XDocument Document(IEnumerable<CommandHelp> commands) => new(
        new XElement(
            Help + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", Maml),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            commands.Select(CommandElement)));

    private static XElement CommandElement(CommandHelp command) => new(
        Command + "command",
        new XElement(
            Command + "details",
            new XElement(Command + "name", command.Name),
            new XElement(Command + "verb", command.Verb),
            new XElement(Command + "noun", command.Noun),
            Description([command.Synopsis])),
        Description(command.Description),
        new XElement(
            Command + "syntax",
            command.Syntax.Select(set => new XElement(
                Command + "syntaxItem",
                new XElement(Maml + "name", command.Name),
                set.Parameters.Select(parameter => ParameterElement(parameter, inSyntax: true))))),
        new XElement(
            Command + "parameters",
            command.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
                .Select(parameter => ParameterElement(parameter, inSyntax: false))),
        new XElement(Command + "inputTypes", command.Inputs.Select(type => TypeElement("inputType", type))),
        new XElement(Command + "returnValues", command.Outputs.Select(type => TypeElement("returnValue", type))),
        command.Notes.Count == 0 ? null : new XElement(
            Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(command.Notes))),
        new XElement(Command + "examples", command.Examples.Select(ExampleElement)),
        new XElement(Command + "relatedLinks", command.Links.Select(LinkElement)));

    private static XElement ParameterElement(ParameterHelp parameter, bool inSyntax) => new(
        Command + "parameter",
        new XAttribute("required", Text(parameter.Required)),
        new XAttribute("variableLength", "true"),
        new XAttribute("globbing", Text(parameter.Wildcards)),
        new XAttribute("pipelineInput", PipelineInput(parameter)),
        new XAttribute("position", parameter.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(Maml + "name", parameter.Name),
        Description(WithValidValues(parameter)),
        inSyntax && parameter.ValidValues.Count > 0 ? ValueGroup(parameter) : null,
        IsSwitch(parameter) ? null : Value(TypeNames.Short(parameter.Type)),
        TypeName(TypeNames.Short(parameter.Type)),
        DefaultValue(parameter));

    private static string[] WithValidValues(ParameterHelp parameter) => parameter.ValidValues.Count == 0
        ? [.. parameter.Description]
        : [.. parameter.Description, $"Valid values: {string.Join(", ", parameter.ValidValues)}."];

    private static XElement ValueGroup(ParameterHelp parameter) =>
        new(Command + "parameterValueGroup", parameter.ValidValues.Select(Value));

    private static XElement Value(string text) => new(
        Command + "parameterValue",
        new XAttribute("required", "true"),
        new XAttribute("variableLength", "false"),
        text);

    private static XElement? DefaultValue(ParameterHelp parameter) =>
        parameter.Default is { } value ? new XElement(Dev + "defaultValue", value) : null;

    private static string PipelineInput(ParameterHelp parameter) =>
        (parameter.FromPipeline, parameter.FromPropertyName) switch
        {
            (true, true) => "True (ByPropertyName, ByValue)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };

    private static XElement TypeElement(string element, TypeHelp type) =>
        new(Command + element, TypeName(type.Name), Description(type.Description));

    private static XElement ExampleElement(ExampleHelp example, int index) => new(
        Command + "example",
        new XElement(
            Maml + "title",
            FormattableString.Invariant($"----- Example {index + 1}: {example.Title.TrimEnd('.')} -----")),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs(example.Remarks)));

    private static XElement LinkElement(LinkHelp link) => new(
        Maml + "navigationLink",
        new XElement(Maml + "linkText", link.Text),
        new XElement(Maml + "uri", link.Address));

    private static XElement TypeName(string name) =>
        new(Dev + "type", new XElement(Maml + "name", name), new XElement(Maml + "uri"));

    private static XElement Description(IEnumerable<string> paragraphs) =>
        new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) =>
        paragraphs.Select(paragraph => new XElement(Maml + "para", paragraph));

    private static bool IsSwitch(ParameterHelp parameter) => parameter.Type == typeof(SwitchParameter);

    private static string Text(bool value) => value ? "true" : "false";
}
