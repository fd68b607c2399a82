using System.Globalization;
using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>One row group of a Parquet file as float32 rows and text.</summary>
/// <param name="group">The row group.</param>
/// <param name="path">The file, for messages.</param>
/// <param name="firstRow">The rows before this group, for messages.</param>
/// <param name="token">Cancels the reading.</param>
internal sealed class ParquetRowGroup(ParquetRowGroupReader group, string path, int firstRow, CancellationToken token)
{
    /// <summary>The rows of the group.</summary>
    public int Count { get; } = group.RowCount is >= 0 and <= int.MaxValue
        ? (int)group.RowCount
        : throw TooLarge(path, group.RowCount);

    /// <summary>The columns side by side, row-major.</summary>
    public async Task<float[]> ReadColumnsAsync(DataField[] columns)
    {
        var values = Allocate(columns.Length);
        for (var k = 0; k < columns.Length; k++)
        {
            token.ThrowIfCancellationRequested();
            var column = await ReadSinglesAsync(columns[k]).ConfigureAwait(false);
            if (column.Values.Length != Count) throw Missing(columns[k]);
            for (var i = 0; i < Count; i++) values[(i * columns.Length) + k] = column.Values[i];
        }

        return values;
    }

    /// <summary>The lists of one column, row-major; all have the length of the first, or of those before this group.</summary>
    public async Task<float[]> ReadListAsync(DataField item, int dimension)
    {
        var (values, repetition) = await ReadSinglesAsync(item).ConfigureAwait(false);
        var row = -1;
        var length = 0;
        for (var i = 0; i <= repetition.Length; i++)
        {
            if (i < repetition.Length && repetition[i] > 0)
            {
                length++;
                continue;
            }

            if (row == 0 && dimension == 0) dimension = length;
            if (row >= 0 && length != dimension) throw Ragged(row, length, dimension);
            row++;
            length = 1;
        }

        // A null list, an empty one and a null value each have a level and no value.
        if (row != Count || values.Length != (long)Count * dimension) throw Missing(item);
        return values;
    }

    /// <summary>A column of text or whole numbers as text.</summary>
    public async Task<string[]> ReadTextAsync(Field field)
    {
        if (field is not DataField { IsArray: false } column) throw NoText(field);
        if (column.ClrType == typeof(int)) return await ReadNumbersAsync<int>(column).ConfigureAwait(false);
        if (column.ClrType == typeof(long)) return await ReadNumbersAsync<long>(column).ConfigureAwait(false);
        if (column.ClrType != typeof(string)) throw NoText(field);
        var texts = new string?[Count];
        await group.ReadAsync(column, texts.AsMemory(), null, token).ConfigureAwait(false);

        // A null becomes empty text, which the check of ids and identities reports by its index.
        return Array.ConvertAll(texts, text => text ?? string.Empty);
    }

    private async Task<string[]> ReadNumbersAsync<T>(DataField column)
        where T : struct, IFormattable
    {
        var (numbers, _) = await ReadAsync<T>(column).ConfigureAwait(false);
        if (numbers.Length != Count) throw Missing(column);
        return Array.ConvertAll(numbers, number => number.ToString(null, CultureInfo.InvariantCulture));
    }

    private async Task<(float[] Values, int[] Repetition)> ReadSinglesAsync(DataField column)
    {
        if (column.ClrType == typeof(float)) return await ReadAsync<float>(column).ConfigureAwait(false);
        var (doubles, repetition) = await ReadAsync<double>(column).ConfigureAwait(false);
        return (Narrow(doubles, Math.Max(1, doubles.Length / Count)), repetition);
    }

    /// <summary>The values of a column, none missing, and for a list the levels that say where each list begins (0).</summary>
    private async Task<(T[] Values, int[] Repetition)> ReadAsync<T>(DataField column)
        where T : struct
    {
        var length = group.GetMetadata(column)?.MetaData?.NumValues ?? throw Missing(column);
        if (length is < 0 || length > Array.MaxLength) throw TooLarge(path, length);
        InputFile.RequireMemory(length * (Unsafe.SizeOf<T?>() + sizeof(int)), path);
        var levels = new int[column.MaxRepetitionLevel > 0 ? length : 0];
        Memory<int>? repetition = levels.Length > 0 ? levels.AsMemory() : null;
        var values = new T[length];
        if (column.MaxDefinitionLevel == 0)
        {
            await group.ReadAsync(column, values.AsMemory(), repetition, token).ConfigureAwait(false);
            return (values, levels);
        }

        var optional = new T?[length];
        await group.ReadAsync(column, optional.AsMemory(), repetition, token).ConfigureAwait(false);
        for (var i = 0; i < optional.Length; i++) values[i] = optional[i] ?? throw Missing(column);
        return (values, levels);
    }

    private float[] Narrow(double[] doubles, int dimension)
    {
        var singles = new float[doubles.Length];
        for (var i = 0; i < singles.Length; i++)
        {
            singles[i] = (float)doubles[i];
            if (!float.IsInfinity(singles[i]) || double.IsInfinity(doubles[i])) continue;
            var row = firstRow + (i / dimension);
            throw new InputException(
                DataErrorIds.Overflow, FaultKind.InvalidData,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Feature {row} of '{path}' has the value {doubles[i]:R}, which is beyond float32."),
                row);
        }

        return singles;
    }

    private float[] Allocate(int width)
    {
        var total = (long)Count * width;
        if (total > Array.MaxLength) throw TooLarge(path, total);
        InputFile.RequireMemory(total * sizeof(float), path);
        return GC.AllocateUninitializedArray<float>((int)total);
    }

    private InputException Ragged(int row, int length, int dimension) => new(
        DataErrorIds.RowRagged, FaultKind.InvalidData,
        $"Feature {firstRow + row} of '{path}' has {length} values and the first has {dimension}.", firstRow + row);

    private InputException Missing(Field column) => new(
        DataErrorIds.ValueInvalid, FaultKind.InvalidData,
        $"The column '{Printable.Text(column.Name)}' of '{path}' has missing values.", path);

    private InputException NoText(Field column) => new(
        DataErrorIds.IdentityInvalid, FaultKind.InvalidData,
        $"The column '{Printable.Text(column.Name)}' of '{path}' holds neither text nor whole numbers.", path);

    private static InputException TooLarge(string path, long count) => new(
        DataErrorIds.CountTooLarge, FaultKind.InvalidData,
        $"A row group of '{path}' announces {count} values; an array holds {Array.MaxLength}.", path);
}
