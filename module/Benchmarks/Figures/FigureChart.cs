using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>Makes a chart of records, as a description says.</summary>
internal static class FigureChart
{
    private const int MostPanels = 24;

    /// <summary>The chart. A histogram counts what is a finite number from its first range on, and says what is not.</summary>
    /// <param name="description">What is drawn, and how.</param>
    /// <param name="records">The records that the description keeps.</param>
    /// <param name="warning">Takes the sentence about records that a histogram leaves out.</param>
    /// <exception cref="InputException"><c>FigureColumnMissing</c>, <c>FigureEmpty</c>, <c>FigureTooLarge</c>.</exception>
    public static Chart Of(
        FigureDescription description, IReadOnlyList<FigureRecord> records, Action<string>? warning = null)
    {
        var (x, y) = (description.X!, description.Y!);
        FigureColumns.Require(description, records, [.. x.Columns, .. y.Columns]);
        FigureRecord[] drawn = [.. records.Where(record => IsDrawn(description, record))];
        if (drawn.Length == 0)
        {
            throw new InputException(
                "FigureEmpty", FaultKind.InvalidData,
                $"No record of '{description.Name}' has {(y.Columns.Count > 0 ? $"both {Joined(x)} and {Joined(y)}" : Joined(x))} as numbers{FirstRange(x)}.",
                description.Name);
        }

        if (description.Kind == FigureKind.Histogram && drawn.Length < records.Count)
        {
            warning?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"'{description.Name}' leaves out {records.Count - drawn.Length:#,0} of {records.Count:#,0} records: their {Joined(x)} is no number{FirstRange(x)}."));
        }

        var panels = FigureColumns.Groups(description, drawn, description.Panel);
        if (panels.Count > MostPanels)
        {
            throw new InputException(
                "FigureTooLarge", FaultKind.InvalidData,
                $"'{description.Name}' would have {panels.Count} panels; {MostPanels} are the most.", description.Name);
        }

        var categories = Categories(description, drawn);
        var axis = x.Axis with { Categories = [.. categories.Select(category => category.Label)] };
        return new Chart(description.Title, [.. panels.Select(panel => new ChartPanel(
            panel.Label, axis, y.Axis,
            [.. FigureColumns.Groups(description, panel.Records, description.Series).Select(series =>
                Series(description, series.Label.Length == 0
                    ? y.Axis.Label : series.Label, series.Records, categories))]))]);
    }

    private static bool IsDrawn(FigureDescription description, FigureRecord record)
    {
        var (x, y) = (description.X!, description.Y!);
        return description.Kind switch
        {
            FigureKind.Histogram => record.Product(x.Columns) >= x.Bins[0],
            FigureKind.Bar => record.Text(x.Columns).Length > 0 && record.Product(y.Columns) is not null,
            _ => record.Product(x.Columns) is not null && record.Product(y.Columns) is not null,
        };
    }

    private static string FirstRange(FigureAxis axis) =>
        axis.Bins.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" from {axis.Bins[0]} on");

    private static string Joined(FigureAxis axis) => string.Join(" x ", axis.Columns.Select(column => $"'{column}'"));

    private static IReadOnlyList<(string Value, string Label)> Categories(FigureDescription description,
        FigureRecord[] records) =>
        description.Kind switch
        {
            FigureKind.Bar => [.. FigureColumns.Groups(description, records,
                description.X!.Columns).Select(group => (group.Value, group.Label))],
            FigureKind.Histogram =>
                [.. description.X!.Bins.Select((_, i) => RangeOf(description.X.Bins, i)).Select(range => (range, range))],
            _ => [],
        };

    private static ChartSeries Series(
        FigureDescription description, string name, IReadOnlyList<FigureRecord> records,
        IReadOnlyList<(string Value, string Label)> categories)
    {
        if (description.Kind == FigureKind.Histogram) return Shares(name, records, description.X!);
        var (x, y) = (description.X!, description.Y!);
        var points = records.Select(record => (
            X: description.Kind == FigureKind.Bar
                ? categories.Select(category => category.Value).ToList().IndexOf(record.Text(x.Columns))
                : record.Product(x.Columns)!.Value,
            Record: record));
        if (description.Kind == FigureKind.Line) points = points.OrderBy(point => point.X);
        var sorted = points.ToArray();
        double[] low = [.. sorted.Select(point => point.Record.Number(y.Low) ?? double.NaN)];
        double[] high = [.. sorted.Select(point => point.Record.Number(y.High) ?? double.NaN)];
        return new ChartSeries(
            name, Array.ConvertAll(sorted, point => point.X),
            Array.ConvertAll(sorted, point => point.Record.Product(y.Columns)!.Value))
        {
            Style = StyleOf(description.Kind, records[0]), Low = low, High = high,
        };
    }

    private static ChartStyle StyleOf(FigureKind kind, FigureRecord first) => kind switch
    {
        _ when first.Text(ResultRecords.IsPoint).Length > 0 => ChartStyle.Points,
        FigureKind.Line => ChartStyle.Markers,
        FigureKind.Step => ChartStyle.Step,
        FigureKind.Points => ChartStyle.Points,
        FigureKind.Bar => ChartStyle.Bars,
        _ => ChartStyle.Line,
    };

    private static ChartSeries Shares(string name, IReadOnlyList<FigureRecord> records, FigureAxis axis)
    {
        var counts = new int[axis.Bins.Count];
        foreach (var record in records)
        {
            var bin = axis.Bins.Count - 1;
            while (record.Product(axis.Columns) < axis.Bins[bin]) bin--;
            counts[bin]++;
        }

        return new ChartSeries(
            $"{name}, n {records.Count.ToString("#,0", CultureInfo.InvariantCulture)}",
            [.. counts.Select((_, i) => (double)i)], [.. counts.Select(count => count / (double)records.Count)])
        {
            Style = ChartStyle.Bars,
        };
    }

    private static string RangeOf(IReadOnlyList<double> bins, int i)
    {
        var from = bins[i].ToString(CultureInfo.InvariantCulture);
        if (i == bins.Count - 1) return $"{from} +";
        if (bins.Any(bin => bin != Math.Floor(bin)))
        {
            return $"{from} to {bins[i + 1].ToString(CultureInfo.InvariantCulture)}";
        }

        return bins[i + 1] == bins[i] + 1 ? from : $"{from}-{(bins[i + 1] - 1).ToString(CultureInfo.InvariantCulture)}";
    }
}
