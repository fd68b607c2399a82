using Thesis.Engine.Runtime;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Thesis.Engine.Data;

/// <summary>
/// Loads one YAML document into nodes that know their lines. Configs come from other people, so the document is
/// bounded: its bytes, its depth, and its nodes with every alias counted in full. Tags are refused, as nothing here
/// makes objects from a text; duplicate keys are refused, as one of the two would be lost.
/// </summary>
internal sealed class YamlLoader
{
    /// <summary>The largest file.</summary>
    public const int MaximumBytes = 1 << 20;

    /// <summary>The most nodes, after aliases are replaced by what they stand for.</summary>
    public const int MaximumNodes = 20_000;

    /// <summary>The deepest nesting.</summary>
    public const int MaximumDepth = 16;

    private const char ByteOrderMark = '\uFEFF';

    private readonly string _path;
    private readonly IParser _parser;
    private readonly Dictionary<AnchorName, YamlNode> _anchors = [];
    private int _nodes;

    private YamlLoader(string path, string text)
    {
        _path = path;
        _parser = new Parser(new StringReader(text.TrimStart(ByteOrderMark)));
    }

    /// <summary>Loads the document.</summary>
    /// <param name="path">What messages call the file.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="InputException">
    /// <c>ConfigSyntax</c>, <c>ConfigKeyDuplicate</c> or <c>ConfigTooLarge</c>, with file, line and column.
    /// </exception>
    public static YamlNode Load(string path, string text)
    {
        if (text.Length > MaximumBytes) throw OverLimit(path);
        var loader = new YamlLoader(path, text);
        try
        {
            return loader.Document();
        }
        catch (YamlException fault)
        {
            throw ConfigFault.Create("ConfigSyntax", path, Position(fault.Start), fault.Message, fault);
        }
        catch (InvalidOperationException fault)
        {
            // What YamlDotNet's scanner throws for some texts that break off; it says no place, so the last one that it read.
            throw ConfigFault.Create(
                "ConfigSyntax", path, Position(loader._parser.Current?.End ?? new Mark()), "What follows is no YAML.", fault);
        }
    }

    /// <summary>The fault of a file that is too large.</summary>
    public static InputException OverLimit(string path) =>
        new("ConfigTooLarge", FaultKind.InvalidData, $"{path}: the file is over {MaximumBytes} bytes.", path);

    private YamlNode Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            throw ConfigFault.Create("ConfigSyntax", _path, new TextPosition(1, 1), "The file is empty.");
        }

        _parser.Consume<DocumentStart>();
        var root = Node(depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            throw Syntax(second, "The file holds more than one document.");
        }

        return root;
    }

    private YamlNode Node(int depth)
    {
        if (depth > MaximumDepth) throw TooLarge($"it is nested deeper than {MaximumDepth} levels");
        if (_parser.TryConsume<AnchorAlias>(out var alias)) return Resolve(alias);
        if (_parser.Current is not NodeEvent start) throw Syntax(_parser.Current!, "A value is missing.");
        if (!start.Tag.IsEmpty) throw Syntax(start, $"The tag '{start.Tag}' is not allowed.");

        Count(1);
        YamlNode node = start switch
        {
            MappingStart => Mapping(depth),
            SequenceStart => Sequence(depth),
            _ => Scalar(),
        };
        // Known only once whole, so an alias within its own anchor is an unknown one.
        if (!start.Anchor.IsEmpty) _anchors[start.Anchor] = node;
        return node;
    }

    private YamlScalar Scalar()
    {
        var scalar = _parser.Consume<Scalar>();
        return new YamlScalar(Position(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain);
    }

    private YamlSequence Sequence(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
        return new YamlSequence(Position(start.Start), items);
    }

    private YamlMapping Mapping(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key)) throw Syntax(_parser.Current!, "A key must be a plain word.");
            var position = Position(key.Start);
            if (!lines.TryAdd(key.Value, position.Line))
            {
                throw ConfigFault.Create(
                    "ConfigKeyDuplicate", _path, position,
                    $"The key '{key.Value}' stands here again; line {lines[key.Value]} has it already.");
            }

            entries.Add(new YamlEntry(key.Value, position, Node(depth + 1)));
        }

        return new YamlMapping(Position(start.Start), entries);
    }

    private YamlNode Resolve(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var node))
        {
            throw Syntax(alias, $"The alias '*{alias.Value}' names no anchor above it.");
        }

        Count(node.Size);
        return node;
    }

    private void Count(int nodes)
    {
        _nodes += nodes;
        if (_nodes > MaximumNodes) throw TooLarge($"it has over {MaximumNodes} values, aliases counted in full");
    }

    private InputException TooLarge(string reason) => ConfigFault.Create(
        "ConfigTooLarge", _path, Position(_parser.Current!.Start), $"The document is too large: {reason}.");

    private InputException Syntax(ParsingEvent at, string reason) =>
        ConfigFault.Create("ConfigSyntax", _path, Position(at.Start), reason);

    private static TextPosition Position(Mark mark) => new(mark.Line, mark.Column);
}
