using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads features from a table of text with invariant numbers: a row a face, with an optional id and identity column
/// where the first row names the columns (<see cref="HeaderRow"/>). Which of the others are the features
/// <see cref="ColumnChoice"/> finds by their names and the first rows; what is left is kept as properties. Blank lines are
/// skipped.
/// </summary>
internal static class CsvFeatureReader
{
    public static FeatureSet Read(
        string path, char separator, FeatureFileOptions options, RowFaults faults, WorkContext work)
    {
        using var stream = InputFile.OpenText(path);
        return Read(stream, path, separator, options, faults, work);
    }

    public static FeatureSet Read(
        Stream stream, string path, char separator, FeatureFileOptions options, RowFaults faults, WorkContext work) =>
        CsvTable.Read(
            stream, path, separator, table => new Reading(table, stream, path, separator, options, faults, work).Run());

    /// <summary>The state of one reading.</summary>
    private sealed class Reading(
        CsvTable table, Stream stream, string path, char separator, FeatureFileOptions options, RowFaults faults, WorkContext work)
    {
        private readonly List<string> _ids = [];
        private readonly List<string> _identities = [];
        private readonly List<int> _places = [];
        private readonly List<double> _list = [];
        private readonly CsvProperties _properties = new(table);
        private ColumnRoles _roles = new(-1, -1, []);
        private Column[] _taken = [];
        private Column[] _left = [];
        private FeatureRows? _rows;
        private float[] _row = [];
        private int _place;

        public FeatureSet Run()
        {
            if (!table.Next()) throw NoFeature();
            var cells = table.Texts();
            RequireSeparator(cells);
            var named = IsHeader(cells);
            _roles = Roles(named, cells);
            if (_roles.Others.Length == 0) FeatureCheck.Shape(1, 0, path);
            if (named && !Next()) throw faults.All() ?? NoFeature();
            Choose(named, cells);
            do
            {
                if ((_place & 0xFF) == 0)
                {
                    work.ThrowIfCancelled();
                    work.Report("Reading features", _place, 0);
                }

                if (faults.Sound(_place, ReadRow)) Keep();
                _place++;
            }
            while (Next());

            if (_rows is null) throw faults.All() ?? NoFeature();
            var features = _rows.ToMatrix(path);
            return new FeatureSet(
                named ? features : RowNumbers.LeaveOut(features, _places, path, work),
                _roles.Id < 0 ? null : [.. _ids],
                _roles.Identity < 0 ? null : [.. _identities],
                path)
            {
                Columns = named ? new FeatureColumns(Names(_taken), Names(_left)) : null,
                Rows = _places.Count == _place ? null : [.. _places],
                SourceRows = _place,
                Properties = _properties.ToProperties(),
            };
        }

        // The next row that has as many columns as the first; the others are faults.
        private bool Next()
        {
            while (true)
            {
                var more = false;
                if (faults.Sound(_place, () => more = table.Next())) return more;
                _place++;
            }
        }

        private ColumnRoles Roles(bool named, string[] cells)
        {
            if (named) return ColumnRoles.Assign(cells, options, path);
            var asked = options.Columns is [var column, ..] ? column : options.Features ?? options.Id ?? options.Identity;
            if (asked is null) return new ColumnRoles(-1, -1, [.. Enumerable.Range(0, table.Width)]);
            throw new InputException(
                DataErrorIds.ColumnNotFound, FaultKind.NotFound,
                $"'{path}' has no row of column names, so no column '{asked}'.", path);
        }

        // By what the first rows hold.
        private void Choose(bool named, string[] names)
        {
            var rows = CsvFirstRows.Of(table, stream, path, separator, named);
            var columns = Array.ConvertAll(
                _roles.Others,
                i => new Column(i, named ? names[i] : "", rows.Lists[i] ? ColumnKind.List : KindOf(rows.Filled[i] ?? "", named)));
            var lists = columns.Count(column => column.Kind == ColumnKind.List);
            if (named) (_taken, _left) = ColumnChoice.Choose(columns, options, path, work);
            else if (lists == 0) _taken = columns;
            else _taken = lists == 1 && columns.Length == 1 ? columns : throw SeveralWithoutNames();
            if (_taken.Length == 0) throw NoNumbers(columns);
            _properties.Choose(_left);
        }

        private static ColumnKind KindOf(string cell, bool named) =>
            !named || cell.Length == 0 || IsNumber(cell) || HasDecimalComma(cell) ? ColumnKind.Number : ColumnKind.Other;

        private bool IsHeader(string[] cells) => options.Header switch
        {
            HeaderRow.Present => true,
            HeaderRow.Absent => false,
            _ => !cells.Any(IsValue) || cells.Any(cell => ColumnRoles.IsReserved(cell, options)) || IsCount(cells),
        };

        /// <summary>
        /// 0, 1, 2, ...: what pandas writes above columns without names, behind an empty cell where it numbers the rows and
        /// beside the names of other columns, where they may begin with another number. Two cells could be a feature.
        /// </summary>
        private static bool IsCount(string[] cells)
        {
            var counted = Array.FindAll(cells, IsValue);
            if (counted.Length < 3 || cells.Skip(1).Contains("")) return false;
            var isNamed = cells.Any(cell => cell.Length > 0 && !IsValue(cell));
            var first = isNamed && int.TryParse(counted[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            return !counted.Where((cell, i) => cell != (first + i).ToString(CultureInfo.InvariantCulture)).Any();
        }

        private static bool IsValue(string cell) =>
            IsNumber(cell) || HasDecimalComma(cell) || NumberList.HasNumbers(System.Text.Encoding.UTF8.GetBytes(cell));

        private static bool IsNumber(string cell) =>
            double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

        private static bool HasDecimalComma(string cell) =>
            cell.AsSpan().Count(',') == 1 && IsNumber(cell.Replace(',', '.'));

        // Excel writes ';' where the decimal sign is a comma.
        private void RequireSeparator(string[] cells)
        {
            if (!cells.Any(cell => cell.Contains(';'))) return;
            var used = separator == '\t' ? "tabs" : "','";
            throw new InputException(
                DataErrorIds.CsvInvalid, FaultKind.InvalidData,
                $"The columns of '{path}' are separated by ';' (line {table.Line}); {used} are read, and numbers with '.'.", path);
        }

        private void ReadRow()
        {
            if (_taken is [{ Kind: ColumnKind.List, Index: var list }])
            {
                ReadList(list);
                return;
            }

            if (_row.Length == 0) _row = new float[_taken.Length];
            for (var k = 0; k < _row.Length; k++) _row[k] = Value(_taken[k].Index);
        }

        private void Keep()
        {
            _rows ??= new FeatureRows(_row.Length);
            _rows.Add(_row);
            _places.Add(_place);
            if (_roles.Id >= 0) _ids.Add(table.Text(_roles.Id));
            if (_roles.Identity >= 0) _identities.Add(table.Text(_roles.Identity));
            _properties.Add();
        }

        private void ReadList(int column)
        {
            var cell = table.Bytes(column);
            if (!NumberList.Is(cell)) throw Fault(DataErrorIds.ValueInvalid, column, "is no list of numbers");
            if (NumberList.Read(cell, _list) is { } wrong)
            {
                throw Fault(
                    DataErrorIds.ValueInvalid, column,
                    wrong == "..."
                        ? "is an array of which the writer left out the middle: write it as a list (tolist) or as npy"
                        : $"holds '{Printable.Text(wrong)}', which is no number");
            }

            if (_rows is not null && _list.Count != _rows.Dimension)
            {
                throw new InputException(
                    DataErrorIds.RowRagged, FaultKind.InvalidData,
                    $"Line {table.Line} of '{path}' has a list of {_list.Count} numbers and the first has {_rows.Dimension}.",
                    _place);
            }

            if (_list.Count == 0) throw Fault(DataErrorIds.ValueInvalid, column, "is an empty list");
            if (_row.Length != _list.Count) _row = new float[_list.Count];
            for (var k = 0; k < _row.Length; k++) _row[k] = Single(_list[k], column);
        }

        private float Value(int column)
        {
            if (double.TryParse(table.Bytes(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                return Single(value, column);
            }

            var comma = HasDecimalComma(table.Text(column)) ? ": numbers are read with '.', not with a decimal comma" : "";
            throw Fault(DataErrorIds.ValueInvalid, column, $"is no number{comma}");
        }

        private float Single(double value, int column)
        {
            if (!double.IsFinite(value)) throw Fault(DataErrorIds.NotFinite, column, "is not finite");
            var single = (float)value;
            return float.IsFinite(single) ? single : throw Fault(DataErrorIds.Overflow, column, "is beyond float32");
        }

        private static string[] Names(Column[] columns) => Array.ConvertAll(columns, column => column.Name);

        private InputException Fault(string id, int column, string what) => new(
            id, FaultKind.InvalidData,
            $"'{Printable.Text(table.Text(column))}' in line {table.Line}, column {column + 1} of '{path}' {what}.",
            _place);

        private InputException NoNumbers(Column[] columns) => new(
            DataErrorIds.ColumnNotFound, FaultKind.NotFound,
            $"'{path}' has neither a column of numbers nor one of lists of them; it has "
            + $"{new FeatureColumns(Names(columns), [])}.", path);

        private InputException SeveralWithoutNames() => new(
            DataErrorIds.ColumnAmbiguous, FaultKind.InvalidData,
            $"'{path}' has lists of numbers among {table.Width} columns without names: name the columns in a first row.", path);

        private InputException NoFeature() => new(
            DataErrorIds.Empty, FaultKind.InvalidData, $"'{path}' holds no feature.", path);
    }
}
