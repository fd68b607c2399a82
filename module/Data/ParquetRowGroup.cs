using System.Globalization;
using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>The numbers of a column, one row of a file after another.</summary>
/// <param name="Name">The column.</param>
/// <param name="Values">The values, those that are missing left out.</param>
/// <param name="Overflows">Values that are finite and beyond float32, by their place.</param>
/// <param name="Starts">Where the values of each row begin.</param>
/// <param name="Lengths">How many each row has; -1 where one is missing.</param>
internal sealed record ParquetValues(
    string Name, float[] Values, IReadOnlyDictionary<int, double> Overflows, int[] Starts, int[] Lengths);

/// <summary>One row group of a Parquet file as numbers and text.</summary>
/// <param name="group">The row group.</param>
/// <param name="path">The file, for messages.</param>
/// <param name="fileLength">The file's bytes, which bound what it can hold.</param>
/// <param name="token">Cancels the reading.</param>
internal sealed class ParquetRowGroup(ParquetRowGroupReader group, string path, long fileLength, CancellationToken token)
{
    /// <summary>The rows of the group.</summary>
    public int Count { get; } = group.RowCount is >= 0 and <= int.MaxValue
        ? (int)group.RowCount
        : throw TooLarge(path, group.RowCount);

    /// <summary>The numbers of a column, or of the items of a list.</summary>
    public async Task<ParquetValues> ReadValuesAsync(string name, DataField column)
    {
        token.ThrowIfCancellationRequested();
        if (column.ClrType == typeof(float))
        {
            var (singles, starts, lengths) = await ReadAsync<float>(column).ConfigureAwait(false);
            return new ParquetValues(name, singles, new Dictionary<int, double>(), starts, lengths);
        }

        var (doubles, begins, counts) = await ReadAsync<double>(column).ConfigureAwait(false);
        var overflows = new Dictionary<int, double>();
        var values = new float[doubles.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)doubles[i];
            if (float.IsInfinity(values[i]) && double.IsFinite(doubles[i])) overflows.Add(i, doubles[i]);
        }

        return new ParquetValues(name, values, overflows, begins, counts);
    }

    /// <summary>A column of text, whole numbers or UUIDs as text; a null becomes empty.</summary>
    public async Task<string[]> ReadTextAsync(Field field)
    {
        if (field is not DataField { IsArray: false } column || column.ClrType == typeof(float) || column.ClrType == typeof(double))
        {
            throw NoText(field);
        }

        var values = await ReadObjectsAsync(column).ConfigureAwait(false) ?? throw NoText(field);
        return Array.ConvertAll(values, value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
    }

    /// <summary>The values of a column that is one value a row; null where it is of a kind that is not read.</summary>
    public async Task<object?[]?> ReadObjectsAsync(Field field)
    {
        if (field is not DataField { IsArray: false, MaxRepetitionLevel: 0 } column) return null;
        var type = column.ClrType;
        if (type == typeof(ReadOnlyMemory<char>)) return await ReadStringsAsync(column).ConfigureAwait(false);
        if (type == typeof(sbyte)) return await ReadOneEachAsync<sbyte>(column).ConfigureAwait(false);
        if (type == typeof(byte)) return await ReadOneEachAsync<byte>(column).ConfigureAwait(false);
        if (type == typeof(short)) return await ReadOneEachAsync<short>(column).ConfigureAwait(false);
        if (type == typeof(ushort)) return await ReadOneEachAsync<ushort>(column).ConfigureAwait(false);
        if (type == typeof(int)) return await ReadOneEachAsync<int>(column).ConfigureAwait(false);
        if (type == typeof(uint)) return await ReadOneEachAsync<uint>(column).ConfigureAwait(false);
        if (type == typeof(long)) return await ReadOneEachAsync<long>(column).ConfigureAwait(false);
        if (type == typeof(ulong)) return await ReadOneEachAsync<ulong>(column).ConfigureAwait(false);
        if (type == typeof(Guid)) return await ReadOneEachAsync<Guid>(column).ConfigureAwait(false);
        if (type == typeof(float)) return await ReadOneEachAsync<float>(column).ConfigureAwait(false);
        if (type == typeof(double)) return await ReadOneEachAsync<double>(column).ConfigureAwait(false);
        return type == typeof(bool) ? await ReadOneEachAsync<bool>(column).ConfigureAwait(false) : null;
    }

    private async Task<object?[]> ReadStringsAsync(DataField column)
    {
        RequireLength(column);
        var texts = new string?[Count];
        await group.ReadAsync(column, texts.AsMemory(), null, token).ConfigureAwait(false);
        return texts;
    }

    private async Task<object?[]> ReadOneEachAsync<T>(DataField column)
        where T : struct
    {
        var (values, starts, lengths) = await ReadAsync<T>(column).ConfigureAwait(false);
        var each = new object?[Count];
        for (var row = 0; row < Count; row++) each[row] = lengths[row] == 1 ? values[starts[row]] : null;
        return each;
    }

    // The values that are there, and for each row where its own begin and how many there are.
    private async Task<(T[] Values, int[] Starts, int[] Lengths)> ReadAsync<T>(DataField column)
        where T : struct
    {
        var length = RequireLength(column);
        InputFile.RequireMemory(length * (Unsafe.SizeOf<T>() + (2 * sizeof(int))), path);

        // ReadRawAsync, because ReadAsync sizes the definition levels of a list by its rows (Parquet.Net 6.1).
        var values = new T[length];
        var definition = new int[column.MaxDefinitionLevel > 0 ? length : 0];
        var repetition = new int[column.MaxRepetitionLevel > 0 ? length : 0];
        try
        {
            await group.ReadRawAsync(
                column, values.AsMemory(), Buffer(definition), Buffer(repetition), token).ConfigureAwait(false);
        }
        catch (NotImplementedException fault) when (repetition.Length > 0)
        {
            throw new InputException(
                DataErrorIds.ParquetUnsupported, FaultKind.NotSupported,
                $"The lists of column '{Printable.Text(column.Path.FirstPart ?? column.Name)}' of '{path}' are in data pages of "
                + "version 2, which are not read. Write them in version 1 (pyarrow: data_page_version='1.0'), or as npy.",
                path, fault);
        }

        var (starts, lengths) = Rows(column, (int)length, definition, repetition);
        return (values, starts, lengths);
    }

    // Before anything is allocated: a flat column has a value a row, and lists have no more than their bytes can unpack to.
    private long RequireLength(DataField column)
    {
        var data = group.GetMetadata(column)?.MetaData ?? throw Damaged(column);
        var length = data.NumValues;
        if (length is < 0 || length > Array.MaxLength) throw TooLarge(path, length);
        var bytes = Math.Clamp(data.TotalCompressedSize, 0, fileLength);
        var fits = column.MaxRepetitionLevel == 0 ? length == Count : length <= InputFile.UnpackedLimit(bytes);
        return fits ? length : throw Damaged(column);
    }

    // A null list, an empty one and a null value each have a level and no value.
    private (int[] Starts, int[] Lengths) Rows(DataField column, int levels, int[] definition, int[] repetition)
    {
        var (starts, lengths) = (new int[Count], new int[Count]);
        var row = -1;
        var value = 0;
        for (var i = 0; i < levels; i++)
        {
            if (repetition.Length == 0 || repetition[i] == 0)
            {
                if (++row >= Count) throw Damaged(column);
                starts[row] = value;
            }

            if (row < 0) throw Damaged(column);
            var there = definition.Length == 0 || definition[i] == column.MaxDefinitionLevel;
            if (there) value++;
            lengths[row] = there && lengths[row] >= 0 ? lengths[row] + 1 : -1;
        }

        return row == Count - 1 ? (starts, lengths) : throw Damaged(column);
    }

    private static Memory<int>? Buffer(int[] levels) => levels.Length > 0 ? levels.AsMemory() : default(Memory<int>?);

    private InputException Damaged(Field column) => new(
        DataErrorIds.ParquetInvalid, FaultKind.InvalidData,
        $"The column '{Printable.Text(column.Name)}' of '{path}' has another number of values than its row group.", path);

    private InputException NoText(Field column) => new(
        DataErrorIds.IdentityInvalid, FaultKind.InvalidData,
        $"The column '{Printable.Text(column.Name)}' of '{path}' holds neither text nor whole numbers nor UUIDs.", path);

    private static InputException TooLarge(string path, long count) => new(
        DataErrorIds.CountTooLarge, FaultKind.InvalidData,
        $"A row group of '{path}' announces {count} values; an array holds {Array.MaxLength}.", path);
}
