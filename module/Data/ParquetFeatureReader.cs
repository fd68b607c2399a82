using Parquet;
using Parquet.Schema;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads features from Parquet, one row group at a time, so that beyond the result no more than a row group is in
/// memory. The features are a list of float or double, or several columns of them, as <see cref="ColumnChoice"/> finds
/// them; what is left is kept as properties.
/// </summary>
/// <remarks>
/// Parquet.Net reads neither lists in data pages of version 2 nor a file with a float16 column. ParquetSharp (15 to 27 MB
/// of native code for each platform) and DuckDB (35 to 117 MB) do; a module of 5 MB that reads files of strangers does
/// better to refuse them in words.
/// </remarks>
internal static class ParquetFeatureReader
{
    public static FeatureSet Read(string path, FeatureFileOptions options, RowFaults faults, WorkContext work)
    {
        using var stream = InputFile.Open(path);
        return Read(stream, path, options, faults, work);
    }

    public static FeatureSet Read(
        Stream stream, string path, FeatureFileOptions options, RowFaults faults, WorkContext work)
    {
        try
        {
            ParquetFooter.Require(stream, path);
            return new Reading(path, options, faults, work).RunAsync(stream).GetAwaiter().GetResult();
        }
        catch (NotSupportedException fault) when (fault.Message.Contains(nameof(Half), StringComparison.Ordinal))
        {
            throw new InputException(
                DataErrorIds.ParquetUnsupported, FaultKind.NotSupported,
                $"'{path}' has a column of float16, which is not read in Parquet: write it as float32, or as npy.", path, fault);
        }
        catch (Exception fault) when (fault is not (InputException or OperationCanceledException))
        {
            // Parquet.Net decodes without checks of its own: a damaged file ends in any exception there is.
            throw new InputException(
                DataErrorIds.ParquetInvalid, FaultKind.InvalidData,
                $"'{path}' is no readable Parquet file: {Printable.Reason(fault)}.", path, fault);
        }
    }

    /// <summary>The state of one reading.</summary>
    private sealed class Reading(string path, FeatureFileOptions options, RowFaults faults, WorkContext work)
    {
        private readonly List<string> _ids = [];
        private readonly List<string> _identities = [];
        private readonly List<int> _places = [];
        private readonly List<(Column Column, List<object?> Values)> _properties = [];
        private FeatureRows? _rows;
        private float[] _row = [];
        private int _place;

        public async Task<FeatureSet> RunAsync(Stream stream)
        {
            await using var reader = await ParquetReader
                .CreateAsync(stream, leaveStreamOpen: true, cancellationToken: work.Cancellation).ConfigureAwait(false);
            var fields = reader.Schema.Fields;
            var roles = ColumnRoles.Assign([.. fields.Select(field => field.Name)], options, path);
            var columns = roles.Others.Select(i => new Column(i, fields[i].Name, KindOf(fields[i]))).ToArray();
            var (taken, left) = ColumnChoice.Choose(columns, options, path, work);
            if (taken.Length == 0 || taken.Any(column => column.Kind == ColumnKind.Other)) throw NoNumbers(taken);
            _properties.AddRange(left.Take(FaceProperty.Most).Select(column => (column, new List<object?>())));
            for (var g = 0; g < reader.RowGroupCount; g++)
            {
                work.ThrowIfCancelled();
                using var group = reader.OpenRowGroupReader(g);
                await AddAsync(new ParquetRowGroup(group, path, stream.Length, work.Cancellation), fields, roles, taken).ConfigureAwait(false);
                work.Report("Reading features", g + 1, reader.RowGroupCount);
            }

            if (_rows is null && faults.All() is { } all) throw all;
            FeatureCheck.Shape(_rows?.Count ?? 0, 1, path);
            return new FeatureSet(
                _rows!.ToMatrix(path),
                roles.Id < 0 ? null : [.. _ids],
                roles.Identity < 0 ? null : [.. _identities],
                path)
            {
                Columns = new FeatureColumns([.. taken.Select(column => column.Name)], [.. left.Select(column => column.Name)]),
                Rows = _places.Count == _place ? null : [.. _places],
                SourceRows = _place,
                Properties = [.. _properties.Where(property => property.Values.Count == _places.Count)
                    .Select(property => new FaceProperty(property.Column.Name, [.. property.Values]))],
            };
        }

        private async Task AddAsync(ParquetRowGroup group, IReadOnlyList<Field> fields, ColumnRoles roles, Column[] taken)
        {
            if (group.Count == 0) return;
            var values = new ParquetValues[taken.Length];
            for (var k = 0; k < taken.Length; k++)
            {
                var field = fields[taken[k].Index];
                values[k] = await group.ReadValuesAsync(
                    field.Name, field is ListField list ? (DataField)list.Item : (DataField)field).ConfigureAwait(false);
            }

            var kept = Enumerable.Range(0, group.Count).Where(i => faults.Sound(_place + i, () => Add(values, i))).ToArray();
            _places.AddRange(kept.Select(i => _place + i));
            if (roles.Id >= 0) Keep(_ids, await group.ReadTextAsync(fields[roles.Id]).ConfigureAwait(false), kept);
            if (roles.Identity >= 0) Keep(_identities, await group.ReadTextAsync(fields[roles.Identity]).ConfigureAwait(false), kept);
            foreach (var (column, said) in _properties)
            {
                if (await group.ReadObjectsAsync(fields[column.Index]).ConfigureAwait(false) is { } each) Keep(said, each, kept);
            }

            _place += group.Count;
        }

        private static void Keep<T>(List<T> list, T[] values, int[] kept) => list.AddRange(kept.Select(i => values[i]));

        // One row: of one list all values, of several columns one value each.
        private void Add(ParquetValues[] columns, int i)
        {
            var place = _place + i;
            var width = columns.Length == 1 ? columns[0].Lengths[i] : columns.Length;
            if (width == 0) throw Fault(place, DataErrorIds.ValueInvalid, $"has no value in column '{columns[0].Name}'");
            if (width > 0 && _rows is not null && width != _rows.Dimension)
            {
                throw Fault(place, DataErrorIds.RowRagged, $"has {width} values and the first has {_rows.Dimension}");
            }

            if (width > 0 && _row.Length != width) _row = new float[width];
            var at = 0;
            foreach (var column in columns)
            {
                if (column.Lengths[i] < 0 || (columns.Length > 1 && column.Lengths[i] != 1))
                {
                    throw Fault(place, DataErrorIds.ValueInvalid, $"has missing values in column '{Printable.Text(column.Name)}'");
                }

                for (var k = column.Starts[i]; k < column.Starts[i] + column.Lengths[i]; k++)
                {
                    if (column.Overflows.TryGetValue(k, out var value))
                    {
                        throw Fault(
                            place, DataErrorIds.Overflow,
                            FormattableString.Invariant($"has the value {value:R}, which is beyond float32"));
                    }

                    _row[at++] = column.Values[k];
                }
            }

            _rows ??= new FeatureRows(width);
            _rows.Add(_row);
        }

        private static ColumnKind KindOf(Field field) => field switch
        {
            ListField { Item: DataField item } when IsFloat(item) => ColumnKind.List,
            DataField column when IsFloat(column) => ColumnKind.Number,
            _ => ColumnKind.Other,
        };

        private static bool IsFloat(DataField field) =>
            !field.IsArray && (field.ClrType == typeof(float) || field.ClrType == typeof(double));

        private InputException Fault(int row, string id, string what) =>
            new(id, FaultKind.InvalidData, $"Feature {row} of '{path}' {what}.", row);

        private InputException NoNumbers(Column[] taken) => new(
            DataErrorIds.ColumnNotFound, FaultKind.NotFound,
            taken.FirstOrDefault(column => column.Kind == ColumnKind.Other) is { } other
                ? $"The column '{Printable.Text(other.Name)}' of '{path}' holds no numbers (float or double)."
                : $"'{path}' has neither a list of numbers nor a numeric column (float or double).",
            path);
    }
}
