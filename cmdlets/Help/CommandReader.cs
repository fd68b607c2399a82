using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;

namespace Thesis.Help;

/// <summary>Joins a cmdlet's class with its doc comment. What is missing there goes to <see cref="Faults"/>.</summary>
internal sealed class CommandReader(DocComments comments, DocText text)
{
    private readonly List<string> _faults = [];

    /// <summary>One sentence for each missing text.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The help of one cmdlet.</summary>
    public CommandHelp Read(Type type)
    {
        var cmdlet = type.GetCustomAttribute<CmdletAttribute>()!;
        var name = $"{cmdlet.VerbName}-{cmdlet.NounName}";
        void Report(string fault) => _faults.Add($"{name} ({type.FullName}): {fault}.");

        var comment = comments.Of(type);
        var summary = text.Paragraphs(comment?.Element("summary"));
        if (summary.Count == 0) Report("the cmdlet has no doc comment");

        string[] description = [.. summary, .. text.Paragraphs(comment?.Element("remarks"))];
        var synopsis = summary.Count == 0 ? "" : DocText.FirstSentence(summary[0]);
        if (description is [var only] && only == synopsis) Report("its description says no more than its synopsis");
        if (comment?.Element("seealso") is null) Report("the cmdlet has no <seealso>");

        var metadata = new CommandMetadata(type);
        var reader = new ParameterReader(type, comments, text);
        var parameters = reader.Read(metadata);
        foreach (var parameter in parameters.Where(parameter => parameter.Description.Count == 0))
        {
            Report($"parameter -{parameter.Name} has no doc comment");
        }

        return new CommandHelp(
            cmdlet.VerbName,
            cmdlet.NounName,
            Synopsis: synopsis,
            Description: description,
            Syntax: ParameterReader.SetNames(metadata)
                .Select(set => new SyntaxHelp(SyntaxOrder(reader.Read(metadata, set)))).ToArray(),
            Parameters: parameters,
            Inputs: Inputs(parameters),
            Outputs: Outputs(type),
            Notes: [.. comments.OfClassAndBases(type).SelectMany(one => text.Paragraphs(one.Element("notes")))],
            Examples: Examples(comment, Report),
            Links: Links(comment));
    }

    /// <summary>Positional ones by position, then what must be named, then the rest as declared.</summary>
    private static IReadOnlyList<ParameterHelp> SyntaxOrder(IEnumerable<ParameterHelp> parameters) => parameters
        .OrderBy(parameter => parameter.Position ?? int.MaxValue)
        .ThenBy(parameter => parameter.Required ? 0 : 1)
        .ToArray();

    /// <summary>What is taken whole, and then objects by the names of their properties.</summary>
    private static IReadOnlyList<TypeHelp> Inputs(IReadOnlyList<ParameterHelp> parameters)
    {
        var whole = parameters.Where(parameter => parameter.FromPipeline)
            .GroupBy(parameter => parameter.Type, parameter => parameter.Description)
            .Select(group => new TypeHelp(TypeNames.Full(group.Key), group.SelectMany(lines => lines).ToArray()));
        var names = parameters.Where(parameter => parameter.FromPropertyName)
            .Select(parameter => string.Join(" or ", [parameter.Name, .. parameter.Aliases])).ToArray();
        TypeHelp[] byName = names.Length == 0 ? []
            : [new TypeHelp(typeof(PSObject).FullName!, [$"An object's properties by name: {string.Join(", ", names)}."])];
        return [.. whole, .. byName];
    }

    private IReadOnlyList<TypeHelp> Outputs(Type cmdlet) => cmdlet.GetCustomAttributes<OutputTypeAttribute>()
        .SelectMany(attribute => attribute.Type)
        .Select(output => output.Type is { } type
            ? new TypeHelp(TypeNames.Full(type), text.Paragraphs(comments.Of(type.GetElementType() ?? type)?.Element("summary")))
            : new TypeHelp(output.Name, []))
        .ToArray();

    private IReadOnlyList<ExampleHelp> Examples(XElement? comment, Action<string> report)
    {
        var examples = new List<ExampleHelp>();
        foreach (var element in comment?.Elements("example") ?? [])
        {
            var code = element.Element("code");
            var remarks = text.Paragraphs(new XElement("example", element.Nodes().Where(node => node != code)));
            var title = element.Attribute("title")?.Value;
            if (code is null || string.IsNullOrWhiteSpace(code.Value)) report("an example has no <code>");
            else if (title is not null) examples.Add(new ExampleHelp(title, DocText.Code(code), remarks));
            else if (remarks.Count > 0) examples.Add(new ExampleHelp(remarks[0], DocText.Code(code), remarks.Skip(1).ToArray()));
            else report("an example does not say what it does");
        }

        if (comment?.Element("example") is null) report("the cmdlet has no <example>");
        return examples;
    }

    private IReadOnlyList<LinkHelp> Links(XElement? comment) => (comment?.Elements("seealso") ?? [])
        .Select(link => new LinkHelp(
            string.Join(' ', text.Paragraphs(new XElement("link", link.IsEmpty ? link : link.Nodes()))),
            link.Attribute("href")?.Value ?? ""))
        .ToArray();
}
