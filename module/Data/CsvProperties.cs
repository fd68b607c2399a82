using System.Globalization;

namespace Thesis.Engine.Data;

/// <summary>What the columns that are no features say of each face of a table of text: numbers where they are, else text.</summary>
internal sealed class CsvProperties(CsvTable table)
{
    private readonly List<(Column Column, List<object?> Values)> _kept = [];

    /// <summary>Chooses the columns to keep, the first of many.</summary>
    public void Choose(IEnumerable<Column> columns) =>
        _kept.AddRange(columns.Take(FaceProperty.Most).Select(column => (column, new List<object?>())));

    /// <summary>Keeps the current row.</summary>
    public void Add()
    {
        foreach (var (column, values) in _kept)
        {
            var text = table.Text(column.Index);
            values.Add(
                column.Kind == ColumnKind.Number
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
                : text.Length == 0 ? null : text);
        }
    }

    /// <summary>The properties.</summary>
    public FaceProperty[] ToProperties() =>
        [.. _kept.Select(property => new FaceProperty(property.Column.Name, [.. property.Values]))];
}
