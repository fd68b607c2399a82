using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>The properties that an object of the pipeline is asked for; null for the customary ones.</summary>
/// <param name="Feature">That of the vector.</param>
/// <param name="Id">That of the id.</param>
/// <param name="Identity">That of the identity.</param>
internal sealed record FaceNames(string? Feature, string? Id, string? Identity);

/// <summary>What one object of the pipeline gives to a clustering: a file to read, or one face.</summary>
/// <param name="FeaturePath">The file, for objects that stand for files.</param>
/// <param name="IdentityPath">The identities' file that goes with it.</param>
/// <param name="Vector">The feature vector, for objects that are faces.</param>
/// <param name="Id">The face's id.</param>
/// <param name="Identity">The face's known identity.</param>
internal sealed record PipelineFace(
    string? FeaturePath, string? IdentityPath, double[]? Vector, string? Id, string? Identity)
{
    /// <summary>The error of an object that is neither a file nor a face.</summary>
    public const string UnknownId = "FaceObjectUnknown";

    private static readonly string[] VectorNames = ["Feature", "Features", "Embedding", "Vector"];
    private static readonly string[] IdNames = ["Id", "Name", "Path"];
    private static readonly string[] IdentityNames = ["Identity", "Label", "Subject"];

    /// <summary>Whether it has a property of the name that the id was asked for by, also where that is empty.</summary>
    public bool HasId { get; init; }

    /// <summary>The same of the identity.</summary>
    public bool HasIdentity { get; init; }

    /// <summary>What else the object says of the face.</summary>
    public IReadOnlyList<(string Name, object? Value)> Properties { get; init; } = [];

    /// <summary>
    /// Reads an object: a path or an object with <c>FeaturePath</c>, <c>PSPath</c> or <c>FullName</c> is a file; an
    /// array of numbers, or an object or a hashtable with <c>Feature</c> (also Features, Embedding, Vector), is a face,
    /// with <c>Id</c> (Name, Path) and <c>Identity</c> (Label, Subject) where it has them.
    /// </summary>
    /// <exception cref="InputException"><c>FaceObjectUnknown</c> or <c>FeatureValueInvalid</c>.</exception>
    public static PipelineFace From(PSObject item, int index, FaceNames names)
    {
        if (PathResolver.Of(item) is { } path) return File(path);
        if (item.BaseObject is IDictionary entries) item = AsObject(entries);
        if (Property(item, names.Feature is { } asked ? [asked] : VectorNames) is { } vector)
        {
            string[] ids = names.Id is { } id ? [id] : IdNames;
            string[] identities = names.Identity is { } identity ? [identity] : IdentityNames;
            return new PipelineFace(null, null, Numbers(vector.Value, index), Text(item, ids), Text(item, identities))
            {
                HasId = ids.Any(name => item.Properties[name] is not null),
                HasIdentity = identities.Any(name => item.Properties[name] is not null),
                Properties = Others(item, [vector, Property(item, ids), Property(item, identities)]),
            };
        }

        if (Property(item, ["FeaturePath", "PSPath", "FullName"]) is { } file)
        {
            return File(LanguagePrimitives.ConvertTo<string>(file.Value)) with
            {
                IdentityPath = Text(item, ["IdentityPath"]),
            };
        }

        if (item.BaseObject is IEnumerable) return new PipelineFace(null, null, Numbers(item.BaseObject, index), null, null);
        throw Unknown(item, index, names);
    }

    private static PipelineFace File(string path) => new(path, null, null, null, null);

    private static PSObject AsObject(IDictionary entries)
    {
        var item = new PSObject();
        foreach (DictionaryEntry entry in entries)
        {
            if (Convert.ToString(entry.Key, CultureInfo.InvariantCulture) is { } name && NoteName.IsFree(name))
            {
                item.Properties.Add(new PSNoteProperty(name, entry.Value));
            }
        }

        return item;
    }

    private static PSPropertyInfo? Property(PSObject item, string[] names) =>
        names.Select(name => item.Properties[name]).FirstOrDefault(property => property?.Value is not null);

    private static string? Text(PSObject item, string[] names) =>
        Property(item, names) is { } property ? Convert.ToString(Unwrap(property.Value), CultureInfo.InvariantCulture) : null;

    // What the caller put there; what PowerShell or a type adds by a script or an alias is not asked for.
    private static IReadOnlyList<(string Name, object? Value)> Others(PSObject item, PSPropertyInfo?[] read) =>
    [
        .. item.Properties
            .Where(property => property.MemberType is PSMemberTypes.NoteProperty or PSMemberTypes.Property)
            .Where(property => !Array.Exists(read, one => one?.Name == property.Name))
            .Take(FaceProperty.Most)
            .Select(property => (property.Name, ValueOf(property))),
    ];

    // A getter of a stranger's type may throw; the face needs it not.
    private static object? ValueOf(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private static object Unwrap(object value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static double[] Numbers(object value, int index)
    {
        switch (Unwrap(value))
        {
            case float[] singles: return Array.ConvertAll(singles, single => (double)single);
            case double[] doubles: return doubles;
            case string text: return List(text, index);
            case IEnumerable items: return [.. items.Cast<object?>().Select(item => Number(item, index))];
        }

        throw NotNumbers(index);
    }

    // A cell of a table: [0.1 0.2].
    private static double[] List(string text, int index)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var values = new List<double>();
        return NumberList.Is(bytes) && NumberList.Read(bytes, values) is null ? [.. values] : throw NotNumbers(index);
    }

    // PowerShell takes the text 1,5 for 15.
    private static double Number(object? value, int index) =>
        value is not null && (Unwrap(value) is string text
            ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            : LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out number))
            ? number
            : throw NotNumbers(index);

    private static InputException Unknown(PSObject item, int index, FaceNames names)
    {
        var wanted = names.Feature ?? string.Join(", ", VectorNames);
        var has = string.Join(", ", item.Properties.Take(5).Select(property => property.Name));
        return new InputException(
            UnknownId, FaultKind.InvalidData,
            $"Object {index} of the pipeline is neither a file nor a face: it has no property named {wanted}"
            + (has.Length > 0 ? $", but {has}" : "")
            + ". The rows of a table are read from their file: give its path in place of Import-Csv.", index);
    }

    private static InputException NotNumbers(int index) => new(
        "FeatureValueInvalid", FaultKind.InvalidData,
        $"The feature of object {index} of the pipeline is no array of numbers.", index);
}
