using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// A strict reader of the one Python literal that an npy header may hold:
/// <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>. Nothing is evaluated; the three keys stand
/// once each, in any order, and nothing but blanks follows.
/// </summary>
internal ref struct NpyHeaderText
{
    private const int MaximumDimensions = 32;

    private readonly ReadOnlySpan<char> _text;
    private readonly string _source;
    private int _position;

    private NpyHeaderText(ReadOnlySpan<char> text, string source)
    {
        _text = text;
        _source = source;
        _position = 0;
    }

    public static (NpyElement Element, bool FortranOrder, long[] Shape) Parse(ReadOnlySpan<char> text, string source) =>
        new NpyHeaderText(text, source).ReadDictionary();

    private (NpyElement Element, bool FortranOrder, long[] Shape) ReadDictionary()
    {
        NpyElement? element = null;
        bool? fortranOrder = null;
        long[]? shape = null;
        Expect('{');
        while (!TryTake('}'))
        {
            var key = ReadString();
            Expect(':');
            switch (key)
            {
                case "descr" when element is null: element = ReadElement(); break;
                case "fortran_order" when fortranOrder is null: fortranOrder = ReadBoolean(); break;
                case "shape" when shape is null: shape = ReadShape(); break;
                default: throw Invalid($"the key '{Printable.Text(key)}' is unknown or stands twice");
            }

            if (TryTake(',')) continue;
            Expect('}');
            break;
        }

        SkipBlanks();
        if (_position != _text.Length) throw Invalid("text follows after the dictionary");
        return element is null || fortranOrder is null || shape is null
            ? throw Invalid("one of 'descr', 'fortran_order' and 'shape' is missing")
            : (element.Value, fortranOrder.Value, shape);
    }

    private NpyElement ReadElement()
    {
        SkipBlanks();
        if (Peek() is not '[') return NpyElement.Parse(ReadString(), _source);
        throw new InputException(
            DataErrorIds.NpyTypeUnsupported, FaultKind.NotSupported,
            $"'{_source}' has a structured dtype; save its fields as arrays of their own.", _source);
    }

    private long[] ReadShape()
    {
        var shape = new List<long>();
        Expect('(');
        while (!TryTake(')'))
        {
            if (shape.Count == MaximumDimensions) throw BadShape($"more than {MaximumDimensions} dimensions");
            shape.Add(ReadLength());
            if (TryTake(',')) continue;
            Expect(')');
            if (shape.Count == 1) throw Invalid("'shape' is no tuple");
            break;
        }

        return [.. shape];
    }

    private long ReadLength()
    {
        SkipBlanks();
        var start = _position;
        if (Peek() is '-') throw BadShape("a negative length");
        while (Peek() is >= '0' and <= '9') _position++;
        var digits = _text[start.._position];
        if (digits.IsEmpty) throw Invalid("a length in 'shape' is no whole number");
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : throw BadShape($"the length {Printable.Text(digits.ToString())}");
    }

    private bool ReadBoolean()
    {
        SkipBlanks();
        var rest = _text[_position..];
        var value = rest.StartsWith("True", StringComparison.Ordinal);
        if (!value && !rest.StartsWith("False", StringComparison.Ordinal))
        {
            throw Invalid("'fortran_order' is neither True nor False");
        }

        _position += value ? 4 : 5;
        return value;
    }

    private string ReadString()
    {
        SkipBlanks();
        var quote = Peek();
        if (quote is not ('\'' or '"')) throw Invalid("a quoted text is missing");
        var rest = _text[(_position + 1)..];
        var length = rest.IndexOf(quote);
        if (length < 0) throw Invalid("a quoted text does not end");
        var value = rest[..length];
        if (value.Contains('\\')) throw Invalid("a quoted text has an escape");
        _position += length + 2;
        return value.ToString();
    }

    private void Expect(char expected)
    {
        if (!TryTake(expected)) throw Invalid($"'{expected}' is missing");
    }

    private bool TryTake(char expected)
    {
        SkipBlanks();
        if (Peek() != expected) return false;
        _position++;
        return true;
    }

    private readonly char Peek() => _position < _text.Length ? _text[_position] : '\0';

    private void SkipBlanks()
    {
        while (Peek() is ' ' or '\n' or '\t' or '\r') _position++;
    }

    private readonly InputException Invalid(string reason) => new(
        DataErrorIds.NpyHeaderInvalid, FaultKind.InvalidData,
        $"'{_source}' has an invalid npy header: {reason} (character {_position}).", _source);

    private readonly InputException BadShape(string reason) => new(
        DataErrorIds.NpyShapeInvalid, FaultKind.InvalidData, $"'{_source}' has an invalid shape: {reason}.", _source);
}
