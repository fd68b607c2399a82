using System.Globalization;

namespace Thesis.Engine.Benchmarks;

/// <summary>A record as a figure sees it: columns by their names, in any case.</summary>
public sealed class FigureRecord
{
    private readonly Dictionary<string, object> _columns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the columns that have a value; of two of one name the first.</summary>
    public FigureRecord(IEnumerable<KeyValuePair<string, object?>> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        foreach (var (name, value) in columns)
        {
            if (value is not null) _columns.TryAdd(name, value);
        }
    }

    /// <summary>The names of the columns.</summary>
    public IEnumerable<string> Columns => _columns.Keys;

    /// <summary>A column as text, in the invariant culture; empty where there is none.</summary>
    public string Text(string column) => _columns.TryGetValue(column, out var value)
        ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""
        : "";

    /// <summary>The texts of columns side by side, those without a value left out.</summary>
    public string Text(IEnumerable<string> columns) =>
        string.Join(' ', columns.Select(Text).Where(text => text.Length > 0));

    /// <summary>A column as a finite number, text read in the invariant culture; null where it is none.</summary>
    public double? Number(string column)
    {
        if (!_columns.TryGetValue(column, out var value)) return null;
        var number = value switch
        {
            string text =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) ? read : double.NaN,
            bool or char or DateTime => double.NaN,
            IConvertible convertible => convertible.ToDouble(CultureInfo.InvariantCulture),
            _ => double.NaN,
        };
        return double.IsFinite(number) ? number : null;
    }

    /// <summary>The product of columns; null where one is no number.</summary>
    public double? Product(IEnumerable<string> columns) =>
        columns.Aggregate((double?)1, (product, column) => product * Number(column));
}
