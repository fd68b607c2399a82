using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Features of a protocol's faces, and of its templates.</summary>
public static class ProtocolFeatures
{
    /// <summary>The error of features that do not go with the protocol.</summary>
    public const string MismatchId = "FaceProtocolMismatch";

    /// <summary>
    /// For each face of the protocol its row: by the features' ids where they are the protocol's files, else in its order.
    /// </summary>
    /// <exception cref="InputException"><c>FaceProtocolMismatch</c>: the first file without a feature, or both
    /// counts.</exception>
    public static int[] Rows(FaceProtocol protocol, FeatureSet features)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(features);
        if (features.Ids is { } ids)
        {
            var rows = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var row = 0; row < ids.Length; row++) rows.TryAdd(ids[row].Replace('\\', '/'), row);
            return [.. protocol.Faces.Select(face => rows.TryGetValue(face.File, out var row)
                ? row
                : throw Mismatch(features, $"has no feature with the id '{Printable.Text(face.File)}' of '{protocol.Source}'"))];
        }

        if (features.Features.Count != protocol.Faces.Count)
        {
            throw Mismatch(
                features,
                $"has {features.Features.Count} features and no ids, and '{protocol.Source}' lists {protocol.Faces.Count} faces");
        }

        return [.. Enumerable.Range(0, protocol.Faces.Count)];
    }

    /// <summary>
    /// One feature a template, in the order of their first faces: the mean of its media's means of unit features, scaled
    /// to unit length, so that a long video counts as one photograph does. A face without media is one by itself.
    /// </summary>
    /// <param name="faces">Faces that have templates.</param>
    /// <param name="unit">Their unit features.</param>
    /// <exception cref="InputException">
    /// <c>FaceProtocolInvalid</c>: a face has no template, or a template two subjects.
    /// </exception>
    public static (ProtocolFace[] Templates, int[] Sizes, FeatureMatrix Features) OfTemplates(
        IReadOnlyList<ProtocolFace> faces, FeatureMatrix unit)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentNullException.ThrowIfNull(unit);
        if (faces.FirstOrDefault(face => face.Template is null) is { } without)
        {
            throw Invalid($"'{Printable.Text(without.File)}' belongs to no template");
        }

        var templates = Enumerable.Range(0, faces.Count).GroupBy(i => faces[i].Template!, StringComparer.Ordinal).ToArray();
        var values = new float[(long)templates.Length * unit.Dimension];
        var heads = new ProtocolFace[templates.Length];
        for (var t = 0; t < templates.Length; t++)
        {
            heads[t] = faces[templates[t].First()] with { File = "", Media = null, Box = null };
            if (templates[t].Select(i => faces[i].Identity).Distinct(StringComparer.Ordinal).Count() > 1)
            {
                throw Invalid($"Template {Printable.Text(templates[t].Key)} has faces of two subjects");
            }

            var mean = values.AsSpan(t * unit.Dimension, unit.Dimension);
            foreach (var media in templates[t].GroupBy(i => faces[i].Media ?? $"\0{i}", StringComparer.Ordinal))
            {
                int[] rows = [.. media];
                foreach (var row in rows) TensorPrimitives.MultiplyAdd(unit.Row(row), 1f / rows.Length, mean, mean);
            }
        }

        return (heads, [.. templates.Select(template => template.Count())],
            new FeatureMatrix(values, templates.Length, unit.Dimension).Normalize());
    }

    private static InputException Mismatch(FeatureSet features, string reason) =>
        new(MismatchId, FaultKind.InvalidData, $"'{features.Source}' {reason}.", features.Source);

    private static InputException Invalid(string reason) =>
        new(FaceProtocolFile.InvalidId, FaultKind.InvalidData, $"{reason}.");
}
