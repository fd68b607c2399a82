using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// A mapping of the config, read strictly: a key that is not among the known ones fails at once, with the nearest
/// known key, and so does a value of another type.
/// </summary>
internal sealed class ConfigSection
{
    private readonly string _path;
    private readonly YamlMapping _mapping;
    private readonly string _name;

    /// <summary>Opens <paramref name="node"/> as a mapping with the keys <paramref name="known"/>.</summary>
    public ConfigSection(string path, YamlNode node, string name, IReadOnlyCollection<string> known)
    {
        _path = path;
        _name = name;
        _mapping = node as YamlMapping ?? throw Fault(node, $"{name} must be a mapping of keys, not {node.Kind}.");
        var stranger = _mapping.Entries.FirstOrDefault(entry => !known.Contains(entry.Key));
        if (stranger is null) return;
        throw ConfigFault.Create(
            "ConfigKeyUnknown", path, stranger.Position,
            $"{name} has no key '{stranger.Key}'. {NearestName.Suggest(stranger.Key, known)}");
    }

    /// <summary>Where the section begins.</summary>
    public YamlNode Node => _mapping;

    /// <summary>Its keys with their values, in the order of the file.</summary>
    public IReadOnlyList<YamlEntry> Entries => _mapping.Entries;

    /// <summary>The value of a key, or null.</summary>
    public YamlNode? Find(string key) => _mapping.Entries.FirstOrDefault(entry => entry.Key == key)?.Value;

    /// <summary>The value of a key that must be there.</summary>
    public YamlNode Require(string key) => Find(key) ?? throw ConfigFault.Create(
        "ConfigKeyMissing", _path, _mapping.Position, $"{_name} lacks the key '{key}'.");

    /// <summary>A text that is not empty; null when the key is missing.</summary>
    public string? Text(string key) => Find(key) is { } node ? Text(node, key) : null;

    /// <summary>A text that must be there.</summary>
    public string RequireText(string key) => Text(Require(key), key);

    /// <summary>The items of a list; empty when the key is missing.</summary>
    public IReadOnlyList<YamlNode> List(string key) => Find(key) switch
    {
        null => [],
        YamlSequence { Items.Count: > 0 } sequence => sequence.Items,
        YamlSequence empty => throw Fault(empty, $"'{key}' is an empty list."),
        { } other => throw Fault(other, $"'{key}' must be a list, not {other.Kind}."),
    };

    /// <summary>A node as a text.</summary>
    public string Text(YamlNode node, string key)
    {
        if (node is YamlScalar scalar && !string.IsNullOrWhiteSpace(scalar.Value)) return scalar.Value;
        throw Fault(node, $"'{key}' must be a text, not {node.Kind}.");
    }

    /// <summary>A node as a whole number.</summary>
    public long Integer(YamlNode node, string key)
    {
        if (node is YamlScalar { Quoted: false } scalar
            && long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        throw Fault(node, $"'{key}' must be a whole number, not {node.Kind}.");
    }

    /// <summary>A node as a finite number.</summary>
    public double Number(YamlNode node, string key)
    {
        const NumberStyles styles =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (node is YamlScalar { Quoted: false } scalar
            && double.TryParse(scalar.Value, styles, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value))
        {
            return value;
        }

        throw Fault(node, $"'{key}' must be a number, not {node.Kind}.");
    }

    /// <summary>A node as true or false.</summary>
    public bool Flag(YamlNode node, string key) => node switch
    {
        YamlScalar { Quoted: false, Value: "true" } => true,
        YamlScalar { Quoted: false, Value: "false" } => false,
        _ => throw Fault(node, $"'{key}' must be true or false, not {node.Kind}."),
    };

    /// <summary>A fault of a value.</summary>
    public InputException Fault(YamlNode node, string reason) =>
        ConfigFault.Create("ConfigValueInvalid", _path, node.Position, reason);
}
