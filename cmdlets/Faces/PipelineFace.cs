using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>What one object of the pipeline gives to a clustering: a file to read, or one face.</summary>
/// <param name="FeaturePath">The file, for objects that stand for files.</param>
/// <param name="IdentityPath">The identities' file that goes with it.</param>
/// <param name="Vector">The feature vector, for objects that are faces.</param>
/// <param name="Id">The face's id.</param>
/// <param name="Identity">The face's known identity.</param>
internal sealed record PipelineFace(
    string? FeaturePath, string? IdentityPath, double[]? Vector, string? Id, string? Identity)
{
    private static readonly string[] VectorNames = ["Feature", "Features", "Embedding", "Vector"];
    private static readonly string[] IdNames = ["Id", "Name", "Path"];
    private static readonly string[] IdentityNames = ["Identity", "Label", "Subject"];

    /// <summary>
    /// Reads an object: a path or an object with <c>FeaturePath</c>, <c>PSPath</c> or <c>FullName</c> is a file; an
    /// array of numbers, or an object with <c>Feature</c> (also Features, Embedding, Vector), is a face, with <c>Id</c>
    /// (Name, Path) and <c>Identity</c> (Label, Subject) where it has them.
    /// </summary>
    /// <exception cref="InputException"><c>FaceObjectUnknown</c> or <c>FeatureValueInvalid</c>.</exception>
    public static PipelineFace From(PSObject item, int index)
    {
        if (PathResolver.Of(item) is { } path) return File(path);
        if (Property(item, VectorNames) is { } vector)
        {
            return new PipelineFace(
                null, null, Numbers(vector, index), Text(item, IdNames), Text(item, IdentityNames));
        }

        if (Property(item, ["FeaturePath", "PSPath", "FullName"]) is { } file)
        {
            return File(LanguagePrimitives.ConvertTo<string>(file)) with
            {
                IdentityPath = Text(item, ["IdentityPath"]),
            };
        }

        if (item.BaseObject is IEnumerable) return new PipelineFace(null, null, Numbers(item.BaseObject, index), null, null);
        throw new InputException(
            "FaceObjectUnknown", FaultKind.InvalidData,
            $"Object {index} of the pipeline is neither a file nor a face: it has no property named "
            + $"{string.Join(", ", VectorNames)}.", index);
    }

    private static PipelineFace File(string path) => new(path, null, null, null, null);

    private static object? Property(PSObject item, string[] names) =>
        names.Select(name => item.Properties[name]?.Value).FirstOrDefault(value => value is not null);

    private static string? Text(PSObject item, string[] names) =>
        Property(item, names) is { } value ? Convert.ToString(Unwrap(value), CultureInfo.InvariantCulture) : null;

    private static object Unwrap(object value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static double[] Numbers(object value, int index)
    {
        switch (Unwrap(value))
        {
            case float[] singles: return Array.ConvertAll(singles, single => (double)single);
            case double[] doubles: return doubles;
            case string: break;
            case IEnumerable items: return [.. items.Cast<object?>().Select(item => Number(item, index))];
        }

        throw NotNumbers(index);
    }

    private static double Number(object? value, int index) =>
        value is not null && LanguagePrimitives.TryConvertTo<double>(value, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw NotNumbers(index);

    private static InputException NotNumbers(int index) => new(
        "FeatureValueInvalid", FaultKind.InvalidData,
        $"The feature of object {index} of the pipeline is no array of numbers.", index);
}
