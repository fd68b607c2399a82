using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// The identity or label column of a table whose first row names the columns; else the only column, whose rows then
/// all are identities.
/// </summary>
internal static class CsvIdentityReader
{
    public static string[] Read(string path, char separator, WorkContext work)
    {
        using var stream = InputFile.OpenText(path);
        return CsvTable.Read(stream, path, separator, table => Read(table, path, work));
    }

    private static string[] Read(CsvTable table, string path, WorkContext work)
    {
        if (!table.Next()) return [];
        var identities = new List<string>();
        var column = ColumnRoles.ChooseIdentity(table.Texts(), FeatureFileOptions.Default, path);
        if (column < 0)
        {
            if (table.Width > 1) throw NoColumn(path);
            column = 0;
            identities.Add(table.Text(0));
        }

        while (table.Next())
        {
            if ((identities.Count & 0xFFF) == 0) work.ThrowIfCancelled();
            identities.Add(table.Text(column));
        }

        return [.. identities];
    }

    private static InputException NoColumn(string path) => new(
        DataErrorIds.ColumnNotFound, FaultKind.NotFound,
        $"'{path}' has several columns and none is named identity or label.", path);
}
