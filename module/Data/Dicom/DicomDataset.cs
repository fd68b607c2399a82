using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>The elements of a file by rising tag, with the few kinds of value that a CT image needs.</summary>
public sealed class DicomDataset
{
    private readonly SortedDictionary<DicomTag, DicomElement> _elements;
    private readonly string _source;

    /// <summary>Creates the set.</summary>
    /// <param name="elements">The elements, each tag once.</param>
    /// <param name="source">The path, for messages.</param>
    public DicomDataset(IEnumerable<DicomElement> elements, string source)
    {
        ArgumentNullException.ThrowIfNull(elements);
        _elements = [];
        foreach (var element in elements) _elements.Add(element.Tag, element);
        _source = source;
    }

    /// <summary>The elements by rising tag.</summary>
    public IReadOnlyCollection<DicomElement> Elements => _elements.Values;

    /// <summary>The element, or null.</summary>
    public DicomElement? Find(DicomTag tag) => _elements.GetValueOrDefault(tag);

    /// <summary>The text of an element without its padding, or null where it is missing or empty.</summary>
    public string? Text(DicomTag tag)
    {
        if (Find(tag) is not { Value.Length: > 0 } element) return null;
        var text = Encoding.Latin1.GetString(element.Value.Span).Trim(' ', '\0');
        return text.Length > 0 ? text : null;
    }

    /// <summary>The text of an element that must be there.</summary>
    /// <exception cref="InputException"><c>DicomElementMissing</c>.</exception>
    public string RequiredText(DicomTag tag) => Text(tag) ?? throw Missing(tag);

    /// <summary>An unsigned 16-bit number (US), or null where it is missing or empty.</summary>
    /// <exception cref="InputException"><c>DicomElementInvalid</c>: it has not two bytes.</exception>
    public ushort? UInt16(DicomTag tag)
    {
        if (Find(tag) is not { Value.Length: > 0 } element) return null;
        return element.Value.Length == sizeof(ushort)
            ? BinaryPrimitives.ReadUInt16LittleEndian(element.Value.Span)
            : throw Invalid(tag, $"has {element.Value.Length} bytes, where two make a number");
    }

    /// <summary>An unsigned 16-bit number that must be there.</summary>
    /// <exception cref="InputException"><c>DicomElementMissing</c>, <c>DicomElementInvalid</c>.</exception>
    public ushort RequiredUInt16(DicomTag tag) => UInt16(tag) ?? throw Missing(tag);

    /// <summary>A decimal string (DS), finite, or null where it is missing.</summary>
    /// <exception cref="InputException"><c>DicomElementInvalid</c>: it is no finite number.</exception>
    public double? Decimal(DicomTag tag) => Text(tag) is { } text ? Number(tag, text) : null;

    /// <summary>The decimal strings of an element with several values; none where it is missing.</summary>
    /// <exception cref="InputException"><c>DicomElementInvalid</c>: one of them is no finite number.</exception>
    public double[] Decimals(DicomTag tag) =>
        Text(tag) is { } text ? Array.ConvertAll(text.Split('\\'), part => Number(tag, part)) : [];

    /// <summary>The numbers of an element of 64-bit values (FD); none where it is missing or of another length.</summary>
    public double[] Doubles(DicomTag tag) =>
        Find(tag) is { } element && element.Value.Length % sizeof(double) == 0
            ? MemoryMarshal.Cast<byte, double>(element.Value.Span).ToArray()
            : [];

    /// <summary>A whole number in text (IS), or null where it is missing or none.</summary>
    public int? Integer(DicomTag tag) =>
        int.TryParse(Text(tag), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A decimal string that must be there.</summary>
    /// <exception cref="InputException"><c>DicomElementMissing</c>, <c>DicomElementInvalid</c>.</exception>
    public double RequiredDecimal(DicomTag tag) => Decimal(tag) ?? throw Missing(tag);

    /// <summary>The set with some elements replaced or added, and some taken away.</summary>
    public DicomDataset With(IEnumerable<DicomElement> changed, Func<DicomTag, bool> removed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(removed);
        var elements = _elements.Where(entry => !removed(entry.Key)).ToDictionary();
        foreach (var element in changed) elements[element.Tag] = element;
        return new DicomDataset(elements.Values, _source);
    }

    private double Number(DicomTag tag, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Invalid(tag, $"is '{Printable.Text(text)}', which is no number");

    private InputException Missing(DicomTag tag) => new(
        ScanErrorIds.DicomElementMissing, FaultKind.InvalidData,
        Find(tag) is null
            ? $"'{_source}' lacks the element {tag.Named}."
            : $"'{_source}' has no value in the element {tag.Named}, which must have one (type 1).",
        _source);

    private InputException Invalid(DicomTag tag, string reason) => new(
        ScanErrorIds.DicomElementInvalid, FaultKind.InvalidData, $"'{_source}': the element {tag.Named} {reason}.", _source);
}
