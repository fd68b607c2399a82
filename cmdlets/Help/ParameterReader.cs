using System.Management.Automation;
using System.Reflection;

namespace Thesis.Help;

/// <summary>The parameters of a cmdlet, as PowerShell's own metadata has them, with their doc comments.</summary>
internal sealed class ParameterReader(DocComments comments, DocText text, Action<string> report)
{
    private const string DefaultPrefix = "Default:";

    /// <summary>What PowerShell adds to a cmdlet that declares SupportsShouldProcess.</summary>
    private static readonly Dictionary<string, string> ShouldProcessTexts = new()
    {
        ["WhatIf"] = "Shows what the command would do, and does nothing.",
        ["Confirm"] = "Asks before each change.",
    };

    /// <summary>The parameters of one set, or of all sets where <paramref name="set"/> is null, in declared order.</summary>
    public IReadOnlyList<ParameterHelp> Read(Type cmdlet, CommandMetadata metadata, string? set = null) =>
        metadata.Parameters.Values
            .Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name) && Usage(parameter, set) is not null)
            .Select(parameter => Read(cmdlet, parameter, Usage(parameter, set)!))
            .ToArray();

    /// <summary>The names of the sets, the default one first; one of no name when no parameter names a set.</summary>
    public static IReadOnlyList<string> SetNames(CommandMetadata metadata)
    {
        var names = metadata.Parameters.Values.SelectMany(parameter => parameter.ParameterSets.Keys)
            .Where(name => name != ParameterAttribute.AllParameterSets).Distinct().ToArray();
        return names.Length == 0
            ? [ParameterAttribute.AllParameterSets]
            : names.OrderBy(name => name == metadata.DefaultParameterSetName ? 0 : 1).ToArray();
    }

    /// <summary>How the set uses the parameter; null when the parameter is not in it.</summary>
    private static ParameterSetMetadata? Usage(ParameterMetadata parameter, string? set)
    {
        var sets = parameter.ParameterSets;
        return set is null ? sets.Values.First()
            : sets.GetValueOrDefault(set) ?? sets.GetValueOrDefault(ParameterAttribute.AllParameterSets);
    }

    private ParameterHelp Read(Type cmdlet, ParameterMetadata parameter, ParameterSetMetadata usage)
    {
        var comment = cmdlet.GetProperty(parameter.Name) is { } property ? comments.Of(property) : null;
        var description = comment is null && ShouldProcessTexts.TryGetValue(parameter.Name, out var standard)
            ? [standard]
            : text.Paragraphs(comment?.Element("summary")).Concat(text.Paragraphs(comment?.Element("remarks"))).ToArray();
        if (description.Length == 0) report($"parameter -{parameter.Name} has no doc comment");

        var validValues = ValidValues(parameter);
        return new ParameterHelp(parameter.Name, parameter.ParameterType, description)
        {
            Aliases = parameter.Aliases,
            Required = usage.IsMandatory,
            Position = usage.Position == int.MinValue ? null : usage.Position,
            FromPipeline = usage.ValueFromPipeline,
            FromPropertyName = usage.ValueFromPipelineByPropertyName,
            Wildcards = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            Default = Default(text.Paragraphs(comment?.Element("value"))),
            ValidValues = validValues,
        };
    }

    private static string? Default(IReadOnlyList<string> value) =>
        value.Count > 0 && value[0].StartsWith(DefaultPrefix, StringComparison.Ordinal)
            ? value[0][DefaultPrefix.Length..].Trim().TrimEnd('.')
            : null;

    private static IReadOnlyList<string> ValidValues(ParameterMetadata parameter)
    {
        var type = parameter.ParameterType;
        type = type.GetElementType() ?? Nullable.GetUnderlyingType(type) ?? type;
        return parameter.Attributes.OfType<ValidateSetAttribute>().FirstOrDefault()?.ValidValues.ToArray()
            ?? (type.IsEnum ? Enum.GetNames(type) : []);
    }
}
