using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Reads features from a table of text with invariant numbers: a row a face, the numeric columns in order, with an
/// optional id and identity column where the first row names the columns (<see cref="HeaderRow"/>). Blank lines are
/// skipped.
/// </summary>
internal static class CsvFeatureReader
{
    public static FeatureSet Read(string path, char separator, FeatureFileOptions options, WorkContext work)
    {
        using var stream = InputFile.Open(path);
        return Read(stream, path, separator, options, work);
    }

    public static FeatureSet Read(
        Stream stream, string path, char separator, FeatureFileOptions options, WorkContext work) =>
        CsvTable.Read(stream, path, separator, table => new Reading(table, path, options, work).Run());

    /// <summary>The state of one reading.</summary>
    private sealed class Reading(CsvTable table, string path, FeatureFileOptions options, WorkContext work)
    {
        private readonly List<string> _ids = [];
        private readonly List<string> _identities = [];
        private ColumnRoles _roles = new(-1, -1, []);
        private FeatureRows _rows = new(1);
        private float[] _row = [];

        public FeatureSet Run()
        {
            if (!table.Next()) throw NoFeature();
            var named = IsHeader(table.Texts());
            _roles = Roles(named);
            FeatureCheck.Shape(1, _roles.Features.Length, path);
            _row = new float[_roles.Features.Length];
            _rows = new FeatureRows(_row.Length);
            if (!named) AddRow();
            while (table.Next())
            {
                if ((_rows.Count & 0xFF) == 0)
                {
                    work.ThrowIfCancelled();
                    work.Report("Reading features", _rows.Count, 0);
                }

                AddRow();
            }

            if (_rows.Count == 0) throw NoFeature();
            return new FeatureSet(
                _rows.ToMatrix(path),
                _roles.Id < 0 ? null : [.. _ids],
                _roles.Identity < 0 ? null : [.. _identities],
                path);
        }

        private ColumnRoles Roles(bool named)
        {
            if (named) return ColumnRoles.Assign(table.Texts(), options, path);
            if ((options.Id ?? options.Identity) is not { } asked)
            {
                return new ColumnRoles(-1, -1, [.. Enumerable.Range(0, table.Width)]);
            }

            throw new InputException(
                DataErrorIds.ColumnNotFound, FaultKind.NotFound,
                $"'{path}' has no row of column names, so no column '{asked}'.", path);
        }

        private bool IsHeader(string[] cells) => options.Header switch
        {
            HeaderRow.Present => true,
            HeaderRow.Absent => false,
            _ => !cells.Any(IsNumber) || cells.Any(cell => ColumnRoles.IsReserved(cell, options)) || IsCount(cells),
        };

        /// <summary>
        /// 0, 1, 2, ...: what pandas writes above columns without names, behind an empty cell where it numbers the rows.
        /// Two cells could be a feature.
        /// </summary>
        private static bool IsCount(string[] cells)
        {
            var counted = cells[0].Length == 0 ? cells[1..] : cells;
            return counted.Length > 2
                && !counted.Where((cell, i) => cell != i.ToString(CultureInfo.InvariantCulture)).Any();
        }

        private static bool IsNumber(string cell) =>
            double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

        private void AddRow()
        {
            for (var k = 0; k < _row.Length; k++) _row[k] = Value(_roles.Features[k]);
            _rows.Add(_row);
            if (_roles.Id >= 0) _ids.Add(table.Text(_roles.Id));
            if (_roles.Identity >= 0) _identities.Add(table.Text(_roles.Identity));
        }

        private float Value(int column)
        {
            if (!double.TryParse(
                table.Bytes(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                throw Fault(DataErrorIds.ValueInvalid, column, "is no number");
            }

            if (!double.IsFinite(value)) throw Fault(DataErrorIds.NotFinite, column, "is not finite");
            var single = (float)value;
            return float.IsFinite(single) ? single : throw Fault(DataErrorIds.Overflow, column, "is beyond float32");
        }

        private InputException Fault(string id, int column, string what) => new(
            id, FaultKind.InvalidData,
            $"'{Printable.Text(table.Text(column))}' in line {table.Line}, column {column + 1} of '{path}' {what}.",
            _rows.Count);

        private InputException NoFeature() => new(
            DataErrorIds.Empty, FaultKind.InvalidData, $"'{path}' holds no feature.", path);
    }
}
