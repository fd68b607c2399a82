using System.Numerics.Tensors;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>What every source of features must satisfy.</summary>
internal static class FeatureCheck
{
    /// <summary>At least one row and one column.</summary>
    public static void Shape(int count, int dimension, string source)
    {
        if (count == 0)
        {
            throw new InputException(
                DataErrorIds.Empty, FaultKind.InvalidData, $"'{source}' holds no feature.", source);
        }

        if (dimension > 0) return;
        throw new InputException(
            DataErrorIds.ShapeInvalid, FaultKind.InvalidData, $"The features of '{source}' have no column.", source);
    }

    /// <summary>
    /// No value is NaN or infinite, and no row is zero; the fault names the first one's row, and the column.
    /// </summary>
    public static void Rows(FeatureMatrix features, string source)
    {
        for (var i = 0; i < features.Count; i++)
        {
            if (!features.Row(i).ContainsAnyExcept(0f)) throw Zero(i, source);

            // A sum of magnitudes is finite unless a value is not, or unless large values overflow: look closer then.
            if (float.IsFinite(TensorPrimitives.SumOfMagnitudes(features.Row(i)))) continue;
            var row = features.Row(i);
            for (var column = 0; column < row.Length; column++)
            {
                if (!float.IsFinite(row[column])) throw NotFinite(i, column, source);
            }
        }
    }

    /// <summary>The ids are as many as the features, none is empty, no two are the same.</summary>
    public static void Ids(string[]? ids, int count, string source)
    {
        if (ids is null) return;
        if (ids.Length != count)
        {
            throw new InputException(
                DataErrorIds.IdMissing, FaultKind.InvalidData,
                $"'{source}' has {ids.Length} ids for {count} features.", source);
        }

        var first = new Dictionary<string, int>(ids.Length, StringComparer.Ordinal);
        for (var i = 0; i < ids.Length; i++)
        {
            if (string.IsNullOrEmpty(ids[i]))
            {
                throw new InputException(
                    DataErrorIds.IdMissing, FaultKind.InvalidData, $"Feature {i} of '{source}' has no id.", i);
            }

            if (!first.TryAdd(ids[i], i)) throw Duplicate(ids[i], first[ids[i]], i, source);
        }
    }

    /// <summary>The identities are as many as the features; an empty one is unknown.</summary>
    public static void Identities(string[]? identities, int count, string source)
    {
        if (identities is null || identities.Length == count) return;
        throw new InputException(
            DataErrorIds.IdentityCountMismatch, FaultKind.InvalidData,
            $"'{source}' has {identities.Length} identities for {count} features.", source);
    }

    public static InputException NotFinite(int index, int column, string source) => new(
        DataErrorIds.NotFinite, FaultKind.InvalidData,
        $"Feature {index} of '{source}' has a value that is not finite (column {column}).", index);

    public static InputException Zero(int index, string source) => new(
        DataErrorIds.Zero, FaultKind.InvalidData,
        $"Feature {index} of '{source}' is the zero vector and has no direction.", index);

    public static InputException Duplicate(string id, int first, int second, string source) => new(
        DataErrorIds.IdDuplicate, FaultKind.InvalidData,
        $"Features {first} and {second} of '{source}' have the same id '{Printable.Text(id)}'.", second);
}
