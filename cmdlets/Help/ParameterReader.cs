using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Xml.Linq;

namespace Thesis.Help;

/// <summary>
/// The parameters of a cmdlet, as PowerShell's own metadata has them, with their doc comments and the values that they
/// have in a new instance.
/// </summary>
internal sealed class ParameterReader(Type cmdlet, DocComments comments, DocText text)
{
    private readonly object _instance = Activator.CreateInstance(cmdlet)!;

    /// <summary>What PowerShell adds to a cmdlet that declares SupportsShouldProcess.</summary>
    private static readonly ParameterHelp[] ShouldProcess =
    [
        Switch("WhatIf", "wi", "Shows what the command would change, and changes nothing."),
        Switch("Confirm", "cf", "Asks before each change."),
    ];

    /// <summary>The parameters of one set, or of all sets where <paramref name="set"/> is null, in declared order.</summary>
    public IReadOnlyList<ParameterHelp> Read(CommandMetadata metadata, string? set = null) =>
        metadata.Parameters.Values
            .Where(parameter => Usage(parameter, set) is not null)
            .Select(parameter => Read(parameter, Usage(parameter, set)!))
            .Concat(metadata.SupportsShouldProcess ? ShouldProcess : [])
            .ToArray();

    /// <summary>
    /// The names of the sets, the default one first, which may be one that no parameter names; the set of all
    /// parameters where there is no other.
    /// </summary>
    public static IReadOnlyList<string> SetNames(CommandMetadata metadata)
    {
        string[] declared = string.IsNullOrEmpty(metadata.DefaultParameterSetName) ? [] : [metadata.DefaultParameterSetName];
        var names = declared.Concat(metadata.Parameters.Values.SelectMany(parameter => parameter.ParameterSets.Keys))
            .Where(name => name != ParameterAttribute.AllParameterSets).Distinct().ToArray();
        return names.Length == 0 ? [ParameterAttribute.AllParameterSets] : names;
    }

    /// <summary>How the set uses the parameter; null when the parameter is not in it.</summary>
    private static ParameterSetMetadata? Usage(ParameterMetadata parameter, string? set)
    {
        var sets = parameter.ParameterSets;
        return set is null ? sets.Values.First()
            : sets.GetValueOrDefault(set) ?? sets.GetValueOrDefault(ParameterAttribute.AllParameterSets);
    }

    private ParameterHelp Read(ParameterMetadata parameter, ParameterSetMetadata usage)
    {
        var property = cmdlet.GetProperty(parameter.Name);
        var comment = property is null ? null : comments.Of(property);
        IReadOnlyList<string> description = Special(parameter.Name) is { } special
            ? text.Paragraphs(special)
            : [.. text.Paragraphs(comment?.Element("summary")), .. text.Paragraphs(comment?.Element("remarks"))];
        return new ParameterHelp(parameter.Name, parameter.ParameterType, description)
        {
            Aliases = parameter.Aliases,
            Required = usage.IsMandatory,
            Position = usage.Position == int.MinValue ? null : usage.Position,
            FromPipeline = usage.ValueFromPipeline,
            FromPropertyName = usage.ValueFromPipelineByPropertyName,
            Wildcards = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            Default = usage.IsMandatory ? null : Text(property?.GetValue(_instance)),
            ValidValues = ValidValues(parameter),
        };
    }

    // What a class says of a parameter that it inherits: <parameter name="...">.
    private XElement? Special(string name) => comments.OfClassAndBases(cmdlet)
        .SelectMany(comment => comment.Elements("parameter"))
        .FirstOrDefault(element => element.Attribute("name")?.Value == name);

    private static ParameterHelp Switch(string name, string alias, string description) =>
        new(name, typeof(SwitchParameter), [description])
        {
            Aliases = [alias],
            Required = false,
            Position = null,
            FromPipeline = false,
            FromPropertyName = false,
            Wildcards = false,
            Default = Text(new SwitchParameter(false)),
            ValidValues = [],
        };

    // Null where there is no value to show.
    private static string? Text(object? value) => value switch
    {
        null or "" => null,
        string text => text,
        SwitchParameter given => given.IsPresent.ToString(),
        IEnumerable values => Text(string.Join(", ", values.Cast<object?>().Select(Text))),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static IReadOnlyList<string> ValidValues(ParameterMetadata parameter)
    {
        var type = parameter.ParameterType;
        type = type.GetElementType() ?? Nullable.GetUnderlyingType(type) ?? type;
        return parameter.Attributes.OfType<ValidateSetAttribute>().FirstOrDefault()?.ValidValues.ToArray()
            ?? (type.IsEnum ? Enum.GetNames(type) : []);
    }
}
