using System.Reflection;
using System.Xml.Linq;

namespace Thesis.Help;

/// <summary>The doc comments that the compiler wrote beside an assembly, by member.</summary>
internal sealed class DocComments
{
    private readonly Dictionary<string, XElement> _members;

    private DocComments(Dictionary<string, XElement> members) => _members = members;

    /// <summary>Reads the compiler's file.</summary>
    public static DocComments Load(string path) => new(
        XDocument.Load(path, LoadOptions.PreserveWhitespace).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal));

    /// <summary>The comment of a type; null when there is none.</summary>
    public XElement? Of(Type type) => Find("T:" + Id(type));

    /// <summary>The comments of a class and of those that it derives from, its own first.</summary>
    public IEnumerable<XElement> OfClassAndBases(Type type)
    {
        for (var one = type; one is not null; one = one.BaseType)
        {
            if (Of(one) is { } comment) yield return comment;
        }
    }

    /// <summary>
    /// The comment of a property, which may be declared in a base class; an override without a text of its own, or with
    /// <c>inheritdoc</c>, takes the text of what it overrides.
    /// </summary>
    public XElement? Of(PropertyInfo property)
    {
        for (var type = property.DeclaringType; type is not null; type = type.BaseType)
        {
            var declares = type.GetProperty(property.Name, BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Instance);
            if (declares is null) continue;
            var comment = Find($"P:{Id(type)}.{property.Name}");
            if (comment is not null && comment.Element("inheritdoc") is null) return comment;
        }

        return null;
    }

    private XElement? Find(string id) => _members.GetValueOrDefault(id);

    /// <summary>Nested types are joined by a dot, and generic ones are named by their definition (<c>Name`1</c>).</summary>
    private static string Id(Type type) =>
        (type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');
}
