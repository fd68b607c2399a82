using System.Globalization;
using Parquet;
using Parquet.Schema;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads features from Parquet, one row group at a time, so that beyond the result no more than a row group is in
/// memory. The features are one list of float or double (the column asked for, or <c>features</c> or
/// <c>embedding</c>), else all float and double columns in order. Columns of other types are no features.
/// </summary>
internal static class ParquetFeatureReader
{
    private static readonly string[] ListNames = ["features", "embedding"];

    public static FeatureSet Read(string path, FeatureFileOptions options, WorkContext work)
    {
        using var stream = InputFile.Open(path);
        return Read(stream, path, options, work);
    }

    public static FeatureSet Read(Stream stream, string path, FeatureFileOptions options, WorkContext work)
    {
        try
        {
            return ReadAsync(stream, path, options, work).GetAwaiter().GetResult();
        }
        catch (Exception fault) when (fault is not (InputException or OperationCanceledException))
        {
            // Parquet.Net decodes without checks of its own: a damaged file ends in any exception there is.
            throw new InputException(
                DataErrorIds.ParquetInvalid, FaultKind.InvalidData,
                $"'{path}' is no readable Parquet file: {Printable.Text(fault.Message)}", path, fault);
        }
    }

    private static async Task<FeatureSet> ReadAsync(
        Stream stream, string path, FeatureFileOptions options, WorkContext work)
    {
        var token = work.Cancellation;
        await using var reader = await ParquetReader
            .CreateAsync(stream, leaveStreamOpen: true, cancellationToken: token).ConfigureAwait(false);
        var fields = reader.Schema.Fields;
        var roles = ColumnRoles.Assign([.. fields.Select(field => field.Name)], options, path);
        var columns = FeatureColumns(fields, roles, options, path);
        var ids = new List<string>();
        var identities = new List<string>();
        FeatureRows? rows = null;
        var dimension = 0;
        for (var g = 0; g < reader.RowGroupCount; g++)
        {
            work.ThrowIfCancelled();
            using var group = reader.OpenRowGroupReader(g);
            var reading = new ParquetRowGroup(group, path, rows?.Count ?? 0, token);
            if (reading.Count == 0) continue;
            var values = columns is [ListField list]
                ? await reading.ReadListAsync((DataField)list.Item, dimension).ConfigureAwait(false)
                : await reading.ReadColumnsAsync([.. columns.Cast<DataField>()]).ConfigureAwait(false);
            dimension = values.Length / reading.Count;
            FeatureCheck.Shape(reading.Count, dimension, path);
            rows ??= new FeatureRows(dimension);
            for (var i = 0; i < reading.Count; i++) rows.Add(values.AsSpan(i * dimension, dimension));
            if (roles.Id >= 0) ids.AddRange(await reading.ReadTextAsync(fields[roles.Id]).ConfigureAwait(false));
            if (roles.Identity >= 0)
            {
                identities.AddRange(await reading.ReadTextAsync(fields[roles.Identity]).ConfigureAwait(false));
            }

            work.Report("Reading features", g + 1, reader.RowGroupCount);
        }

        FeatureCheck.Shape(rows?.Count ?? 0, 1, path);
        return new FeatureSet(
            rows!.ToMatrix(path),
            roles.Id < 0 ? null : [.. ids],
            roles.Identity < 0 ? null : [.. identities],
            path);
    }

    private static Field[] FeatureColumns(
        IReadOnlyList<Field> fields, ColumnRoles roles, FeatureFileOptions options, string path)
    {
        var candidates = roles.Features.Select(i => fields[i]).ToArray();
        var lists = candidates.Where(field => field is ListField { Item: DataField item } && IsFloat(item)).ToArray();
        var wanted = options.Features is null ? ListNames : [options.Features];
        var named = lists
            .Where(list => wanted.Contains(list.Name, StringComparer.OrdinalIgnoreCase)).ToArray();
        if (named.Length == 1) return named;
        if (options.Features is not null) throw NotFound(path, $"no list of numbers named '{options.Features}'");
        if (named.Length > 1 || lists.Length > 1)
        {
            throw new InputException(
                DataErrorIds.ColumnAmbiguous, FaultKind.InvalidData,
                $"'{path}' has {lists.Length} lists of numbers; name the column of the features (-FeatureName).", path);
        }

        if (lists.Length == 1) return lists;
        Field[] columns = [.. candidates.OfType<DataField>().Where(IsFloat)];
        return columns.Length > 0 ? columns : throw NotFound(path, "neither a list of numbers nor a numeric column");
    }

    private static bool IsFloat(DataField field) =>
        !field.IsArray && (field.ClrType == typeof(float) || field.ClrType == typeof(double));

    private static InputException NotFound(string path, string what) => new(
        DataErrorIds.ColumnNotFound, FaultKind.NotFound,
        string.Create(CultureInfo.InvariantCulture, $"'{path}' has {what} (float or double)."), path);
}
