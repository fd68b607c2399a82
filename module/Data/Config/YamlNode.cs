namespace Thesis.Engine.Data;

/// <summary>A place in a text file; both numbers count from 1.</summary>
internal readonly record struct TextPosition(long Line, long Column);

/// <summary>A node of a YAML document that remembers where it stands.</summary>
internal abstract record YamlNode(TextPosition Position)
{
    /// <summary>The nodes below and including this one, aliases counted as often as they are used.</summary>
    public abstract int Size { get; }

    /// <summary>What a message calls this kind of node.</summary>
    public abstract string Kind { get; }
}

/// <summary>A scalar. A quoted one is text, whatever it looks like.</summary>
internal sealed record YamlScalar(TextPosition Position, string Value, bool Quoted) : YamlNode(Position)
{
    public override int Size => 1;

    public override string Kind => $"'{Value}'";
}

/// <summary>A sequence.</summary>
internal sealed record YamlSequence(TextPosition Position, IReadOnlyList<YamlNode> Items) : YamlNode(Position)
{
    public override int Size { get; } = 1 + Items.Sum(item => item.Size);

    public override string Kind => "a list";
}

/// <summary>A mapping in the order of the file, without duplicate keys.</summary>
internal sealed record YamlMapping(TextPosition Position, IReadOnlyList<YamlEntry> Entries) : YamlNode(Position)
{
    public override int Size { get; } = 1 + Entries.Sum(entry => entry.Value.Size + 1);

    public override string Kind => "a mapping";
}

/// <summary>One key of a mapping.</summary>
internal sealed record YamlEntry(string Key, TextPosition Position, YamlNode Value);
