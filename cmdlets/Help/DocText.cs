using System.Text;
using System.Xml.Linq;

namespace Thesis.Help;

/// <summary>
/// Doc comment elements as plain paragraphs: <c>para</c> and <c>list</c> items make paragraphs, <c>code</c> keeps its
/// lines, and <c>c</c>, <c>see</c>, <c>paramref</c> become words. References are named by <paramref name="nameOf"/>,
/// which knows cmdlets and parameters by the names that a user types.
/// </summary>
internal sealed class DocText(Func<string, string> nameOf)
{
    /// <summary>The paragraphs of an element; none when it is absent or empty.</summary>
    public IReadOnlyList<string> Paragraphs(XElement? element)
    {
        var text = new ParagraphBuilder();
        if (element is not null) Append(text, element.Nodes());
        return text.Finish();
    }

    /// <summary>The commands of a <c>code</c> element: without the comment's indentation and the empty lines around.</summary>
    public static string Code(XElement element)
    {
        var lines = element.Value.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())
            .SkipWhile(line => line.Length == 0).Reverse().SkipWhile(line => line.Length == 0).Reverse().ToArray();
        var indents = lines.Where(line => line.Length > 0).Select(line => line.Length - line.TrimStart().Length);
        var margin = indents.DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(line => line.Length > margin ? line[margin..] : line.TrimStart()));
    }

    /// <summary>
    /// The first sentence: up to a full stop before a capital letter that is not the stop of an initial (W.-A. Lin), or
    /// everything.
    /// </summary>
    public static string FirstSentence(string paragraph)
    {
        for (var i = 2; i + 2 < paragraph.Length; i++)
        {
            var ends = paragraph[i] == '.' && paragraph[i + 1] == ' ' && char.IsUpper(paragraph[i + 2]);
            var initial = char.IsUpper(paragraph[i - 1]) && !char.IsLetterOrDigit(paragraph[i - 2]);
            if (ends && !initial) return paragraph[..(i + 1)];
        }

        return paragraph;
    }

    private void Append(ParagraphBuilder text, IEnumerable<XNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (node is XText words) text.Words(words.Value);
            else if (node is XElement element) Append(text, element);
        }
    }

    private void Append(ParagraphBuilder text, XElement element)
    {
        switch (element.Name.LocalName)
        {
            case "para":
                text.Break();
                Append(text, element.Nodes());
                text.Break();
                break;
            case "list":
                AppendList(text, element);
                break;
            case "code":
                text.Verbatim(Code(element));
                break;
            case "see" or "seealso" or "paramref" or "typeparamref" when element.IsEmpty:
                text.Words(Reference(element));
                break;
            default:
                Append(text, element.Nodes());
                break;
        }
    }

    private void AppendList(ParagraphBuilder text, XElement list)
    {
        var numbered = list.Attribute("type")?.Value == "number";
        var number = 0;
        foreach (var item in list.Elements("item"))
        {
            text.Break();
            text.Words(numbered ? FormattableString.Invariant($"{++number}. ") : "- ");
            if (item.Element("term") is { } term)
            {
                Append(text, term.Nodes());
                if (item.Element("description") is { } description)
                {
                    text.Words(": ");
                    Append(text, description.Nodes());
                }
            }
            else
            {
                Append(text, item.Nodes());
            }
        }

        text.Break();
    }

    private string Reference(XElement element) =>
        element.Attribute("cref") is { } cref ? nameOf(cref.Value)
        : (element.Attribute("langword") ?? element.Attribute("href") ?? element.Attribute("name"))?.Value ?? "";

    /// <summary>Joins words into paragraphs; a run of white space is one space.</summary>
    private sealed class ParagraphBuilder
    {
        private readonly List<string> _paragraphs = [];
        private readonly StringBuilder _current = new();

        public void Words(string words)
        {
            foreach (var character in words)
            {
                if (!char.IsWhiteSpace(character)) _current.Append(character);
                else if (_current.Length > 0 && _current[^1] != ' ') _current.Append(' ');
            }
        }

        public void Verbatim(string lines)
        {
            Break();
            _paragraphs.Add(lines);
        }

        public void Break()
        {
            var paragraph = _current.ToString().TrimEnd();
            _current.Clear();
            if (paragraph.Length > 0) _paragraphs.Add(paragraph);
        }

        public IReadOnlyList<string> Finish()
        {
            Break();
            return _paragraphs;
        }
    }
}
