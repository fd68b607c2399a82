using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;

namespace Thesis.Help;

/// <summary>The parameters of a cmdlet, as PowerShell's own metadata has them, with their doc comments.</summary>
internal sealed class ParameterReader(DocComments comments, DocText text)
{
    private const string DefaultPrefix = "Default:";

    /// <summary>What PowerShell adds to a cmdlet that declares SupportsShouldProcess.</summary>
    private static readonly ParameterHelp[] ShouldProcess =
    [
        Switch("WhatIf", "wi", "Shows what the command would do, and does nothing."),
        Switch("Confirm", "cf", "Asks before each change."),
    ];

    /// <summary>The parameters of one set, or of all sets where <paramref name="set"/> is null, in declared order.</summary>
    public IReadOnlyList<ParameterHelp> Read(Type cmdlet, CommandMetadata metadata, string? set = null)
    {
        var fresh = Activator.CreateInstance(cmdlet)!;
        using var disposable = fresh as IDisposable;
        return metadata.Parameters.Values
            .Where(parameter => Usage(parameter, set) is not null)
            .Select(parameter => Read(fresh, parameter, Usage(parameter, set)!))
            .Concat(metadata.SupportsShouldProcess ? ShouldProcess : [])
            .ToArray();
    }

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

    private ParameterHelp Read(object fresh, ParameterMetadata parameter, ParameterSetMetadata usage)
    {
        var property = fresh.GetType().GetProperty(parameter.Name);
        var comment = property is null ? null : comments.Of(property);
        string[] description =
            [.. text.Paragraphs(comment?.Element("summary")), .. text.Paragraphs(comment?.Element("remarks"))];
        return new ParameterHelp(parameter.Name, parameter.ParameterType, description)
        {
            Aliases = parameter.Aliases,
            Required = usage.IsMandatory,
            Position = usage.Position == int.MinValue ? null : usage.Position,
            FromPipeline = usage.ValueFromPipeline,
            FromPropertyName = usage.ValueFromPipelineByPropertyName,
            Wildcards = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
            Default = usage.IsMandatory ? null
                : Default(text.Paragraphs(comment?.Element("value"))) ?? InWords(property?.GetValue(fresh)),
            ValidValues = ValidValues(parameter),
        };
    }

    private static ParameterHelp Switch(string name, string alias, string description) =>
        new(name, typeof(SwitchParameter), [description])
        {
            Aliases = [alias],
            Required = false,
            Position = null,
            FromPipeline = false,
            FromPropertyName = false,
            Wildcards = false,
            Default = null,
            ValidValues = [],
        };

    private static string? Default(IReadOnlyList<string> value) =>
        value.Count > 0 && value[0].StartsWith(DefaultPrefix, StringComparison.Ordinal)
            ? value[0][DefaultPrefix.Length..].Trim().TrimEnd('.')
            : null;

    /// <summary>What a new cmdlet holds, as a script would write it; null when it holds nothing.</summary>
    private static string? InWords(object? value) => value switch
    {
        null or "" or SwitchParameter or ICollection { Count: 0 } => null,
        string word => word,
        IEnumerable list => string.Join(", ", list.Cast<object>().Select(InWords)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static IReadOnlyList<string> ValidValues(ParameterMetadata parameter)
    {
        var type = parameter.ParameterType;
        type = type.GetElementType() ?? Nullable.GetUnderlyingType(type) ?? type;
        return parameter.Attributes.OfType<ValidateSetAttribute>().FirstOrDefault()?.ValidValues.ToArray()
            ?? (type.IsEnum ? Enum.GetNames(type) : []);
    }
}
