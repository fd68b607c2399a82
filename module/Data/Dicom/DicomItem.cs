namespace Thesis.Engine.Data;

/// <summary>Builds an item of a sequence; elements are added by rising tag.</summary>
/// <param name="isExplicit">Whether elements state their value representation.</param>
internal sealed class DicomItem(bool isExplicit)
{
    private readonly List<DicomElement> _elements = [];

    /// <summary>Adds a text in ASCII.</summary>
    public DicomItem Text(DicomTag tag, string vr, string text)
    {
        _elements.Add(DicomWriter.TextElement(tag, vr, text));
        return this;
    }

    /// <summary>Adds a sequence of one coded concept (PS3.3, section 8.8).</summary>
    public DicomItem Code(DicomTag tag, string value, string scheme, string meaning)
    {
        _elements.Add(OfCode(isExplicit, value, scheme, meaning).ToSequence(tag, "SQ"));
        return this;
    }

    /// <summary>A coded concept.</summary>
    public static DicomItem OfCode(bool isExplicit, string value, string scheme, string meaning) => new DicomItem(isExplicit)
        .Text(DicomTag.CodeValue, "SH", value)
        .Text(DicomTag.CodeScheme, "SH", scheme)
        .Text(DicomTag.CodeMeaning, "LO", meaning);

    /// <summary>A sequence of this item alone.</summary>
    public DicomElement ToSequence(DicomTag tag, string vr) => new(tag, vr, ToBytes());

    /// <summary>The item, with its length.</summary>
    public byte[] ToBytes()
    {
        using var content = new MemoryStream();
        var writer = new DicomWriter(content, isExplicit);
        foreach (var element in _elements) writer.Write(element);
        using var item = new MemoryStream();
        new DicomWriter(item, isExplicit).WriteItem(content.ToArray());
        return item.ToArray();
    }
}
