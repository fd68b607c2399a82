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
    /// No value is NaN or infinite, and no row is zero; a fault names the row and the column.
    /// </summary>
    public static void Rows(FeatureSet set, RowFaults faults)
    {
        var (features, source) = (set.Features, set.Source);
        for (var i = 0; i < features.Count; i++)
        {
            var row = features.Row(i);
            if (!row.ContainsAnyExcept(0f)) faults.Add(set.RowOf(i), Zero(set.RowOf(i), source));

            // A sum of magnitudes is finite unless a value is not, or unless large values overflow: look closer then.
            if (float.IsFinite(TensorPrimitives.SumOfMagnitudes(row))) continue;
            for (var column = 0; column < row.Length; column++)
            {
                if (!float.IsFinite(row[column])) faults.Add(set.RowOf(i), NotFinite(set.RowOf(i), column, source));
            }
        }
    }

    /// <summary>The ids are as many as the features, none is empty, no two are the same.</summary>
    public static void Ids(FeatureSet set, RowFaults faults)
    {
        if (set.Ids is not { } ids) return;
        if (ids.Length != set.Features.Count)
        {
            throw new InputException(
                DataErrorIds.IdMissing, FaultKind.InvalidData,
                $"'{set.Source}' has {ids.Length} ids for {set.Features.Count} features.", set.Source);
        }

        // A row that is left out takes no id away from another.
        var first = new Dictionary<string, int>(ids.Length, StringComparer.Ordinal);
        for (var i = 0; i < ids.Length; i++)
        {
            var row = set.RowOf(i);
            if (string.IsNullOrEmpty(ids[i])) faults.Add(row, MissingId(row, set.Source));
            else if (!faults.Has(row) && !first.TryAdd(ids[i], row))
            {
                faults.Add(row, Duplicate(ids[i], first[ids[i]], row, set.Source));
            }
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

    private static InputException MissingId(int index, string source) => new(
        DataErrorIds.IdMissing, FaultKind.InvalidData, $"Feature {index} of '{source}' has no id.", index);

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
