using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// What the first rows of a table of text tell of its columns. One row is not enough: the first face may be one of which
/// there is no feature.
/// </summary>
/// <param name="Filled">The first cell of each column that is not empty.</param>
/// <param name="Lists">Whether a column has a list of numbers.</param>
internal sealed record CsvFirstRows(string?[] Filled, bool[] Lists)
{
    private const int Most = 100;

    /// <summary>Looks at the current row and, where the text can be read twice, at those after it.</summary>
    /// <param name="table">The table, at its first row of values.</param>
    /// <param name="stream">Its text; it stays where it is.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="separator">What is between the columns.</param>
    /// <param name="named">Whether a row of names is before the first of values.</param>
    public static CsvFirstRows Of(CsvTable table, Stream stream, string path, char separator, bool named)
    {
        var rows = new CsvFirstRows(new string?[table.Width], new bool[table.Width]);
        rows.Look(table);
        if (!stream.CanSeek) return rows;
        var place = stream.Position;
        try
        {
            stream.Position = 0;
            CsvTable.Read(stream, path, separator, again => rows.LookAtAll(again, path, named));
        }
        catch (InputException)
        {
            // The reading itself will come to it.
        }
        finally
        {
            stream.Position = place;
        }

        return rows;
    }

    private int LookAtAll(CsvTable table, string path, bool named)
    {
        var ragged = new RowFaults(path);
        for (var row = named ? -1 : 0; row < Most; row++)
        {
            var more = true;
            if (!ragged.Sound(row, () => more = table.Next())) continue;
            if (!more) return row;
            if (row >= 0) Look(table);
        }

        return Most;
    }

    private void Look(CsvTable table)
    {
        for (var i = 0; i < Filled.Length; i++)
        {
            if (table.Bytes(i).IsEmpty) continue;
            Filled[i] ??= table.Text(i);
            Lists[i] |= NumberList.HasNumbers(table.Bytes(i));
        }
    }
}
