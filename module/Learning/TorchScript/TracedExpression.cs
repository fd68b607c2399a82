using System.Globalization;

namespace Thesis.Engine.Learning.TorchScript;

/// <summary>An expression of a TorchScript program.</summary>
internal abstract record TracedExpression
{
    private TracedExpression()
    {
    }

    /// <summary>A name.</summary>
    public sealed record Variable(string Name) : TracedExpression;

    /// <summary>A number (double or long), text, truth value, or null.</summary>
    public sealed record Literal(object? Value) : TracedExpression;

    /// <summary>A list.</summary>
    public sealed record Items(IReadOnlyList<TracedExpression> Of) : TracedExpression;

    /// <summary>What lies behind a dot.</summary>
    public sealed record Member(TracedExpression Of, string Name) : TracedExpression;

    /// <summary>A call.</summary>
    public sealed record Call(TracedExpression Target, IReadOnlyList<TracedExpression> Arguments) : TracedExpression;

    /// <summary>Reads an expression that is the whole text.</summary>
    /// <exception cref="TracedException">It is none that is known here.</exception>
    public static TracedExpression Parse(string text) => new Parser(text).Whole();

    // By descent; calls nest as modules do.
    private sealed class Parser(string text)
    {
        private const int MostNested = 200;

        private int _at;
        private int _depth;

        public TracedExpression Whole()
        {
            var found = One();
            return _at == text.Length ? found : throw Fault();
        }

        private TracedExpression One()
        {
            if (++_depth > MostNested) throw Fault();
            var found = Primary();
            while (_at < text.Length && text[_at] is '.' or '(')
            {
                if (text[_at++] == '(') found = new Call(found, Sequence(')'));
                else found = new Member(found, Word());
            }

            _depth--;
            Space();
            return found;
        }

        private TracedExpression Primary()
        {
            if (_at >= text.Length) throw Fault();
            switch (text[_at])
            {
                case '[':
                    _at++;
                    return new Items(Sequence(']'));
                case '(':
                    _at++;
                    return Sequence(')') is [var inner] ? inner : throw Fault();
                case '"':
                    return new Literal(Quoted());
                case '-' or (>= '0' and <= '9'):
                    return new Literal(Number());
                default:
                    return Word() switch
                    {
                        "True" => new Literal(true),
                        "False" => new Literal(false),
                        "None" => new Literal(null),
                        var name => new Variable(name),
                    };
            }
        }

        private List<TracedExpression> Sequence(char end)
        {
            var items = new List<TracedExpression>();
            Space();
            while (_at < text.Length && text[_at] != end)
            {
                items.Add(One());
                if (_at < text.Length && text[_at] == ',') _at++;
                else if (_at >= text.Length || text[_at] != end) throw Fault();
                Space();
            }

            if (_at >= text.Length) throw Fault();
            _at++;
            return items;
        }

        private string Word()
        {
            var start = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
            return _at > start ? text[start.._at] : throw Fault();
        }

        private string Quoted()
        {
            var end = text.IndexOf('"', _at + 1);
            if (end < 0 || text.AsSpan(_at, end - _at).Contains('\\')) throw Fault();
            var found = text[(_at + 1)..end];
            _at = end + 1;
            return found;
        }

        private object Number()
        {
            var start = _at++;
            while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] is '.' or 'e' or '+' or '-')) _at++;
            var digits = text.AsSpan(start, _at - start);
            if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole;
            return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Fault();
        }

        private void Space()
        {
            while (_at < text.Length && text[_at] == ' ') _at++;
        }

        private TracedException Fault() => new($"'{Data.Printable.Text(text)}' is no plain call");
    }
}
