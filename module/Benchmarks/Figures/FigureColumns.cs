using Thesis.Engine.Runtime;

namespace Thesis.Engine.Benchmarks;

/// <summary>Picks and groups records by their columns, as a description says.</summary>
internal static class FigureColumns
{
    private const int MostNamed = 20;

    /// <summary>The records that the description's conditions keep.</summary>
    /// <exception cref="InputException"><c>FigureColumnMissing</c>, <c>FigureEmpty</c>.</exception>
    public static IReadOnlyList<FigureRecord> Picked(FigureDescription description, IReadOnlyList<FigureRecord> records)
    {
        Require(description, records,
            [.. description.Where.Select(condition => condition.Key), .. description.Panel, .. description.Series]);
        FigureRecord[] kept =
        [
            .. records.Where(record => description.Where.All(condition =>
                condition.Value.Contains(record.Text(condition.Key), StringComparer.OrdinalIgnoreCase))),
        ];
        if (kept.Length > 0) return kept;
        throw new InputException(
            "FigureEmpty", FaultKind.InvalidData,
            $"Of {records.Count} records none is one of figure '{description.Name}'"
            + string.Concat(description.Where.Select(
                condition => $"; '{condition.Key}' must be {string.Join(" or ", condition.Value)}")) + ".",
            description.Name);
    }

    /// <summary>Refuses records none of which has a column.</summary>
    /// <exception cref="InputException"><c>FigureColumnMissing</c>.</exception>
    public static void Require(FigureDescription description, IReadOnlyList<FigureRecord> records,
        IEnumerable<string> columns)
    {
        var known = records.SelectMany(record => record.Columns).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (columns.FirstOrDefault(column => !known.Contains(column)) is not { } missing) return;
        throw new InputException(
            "FigureColumnMissing", FaultKind.InvalidData,
            $"Figure '{description.Name}' is drawn of '{missing}', which no record has; they have "
            + $"{(known.Count == 0 ? "nothing" : string.Join(", ", known.Take(MostNamed)))}.", missing);
    }

    /// <summary>
    /// The records by the texts of columns: in the order of the description's names, of the whole text or else of each
    /// column, then as they come.
    /// </summary>
    public static IReadOnlyList<(string Value, string Label, IReadOnlyList<FigureRecord> Records)> Groups(
        FigureDescription description, IReadOnlyList<FigureRecord> records, IReadOnlyList<string> columns)
    {
        return
        [
            .. records.GroupBy(record => record.Text(columns), StringComparer.OrdinalIgnoreCase)
                .Select(group =>
                    (group.Key, Parts: PartsOf(group.First(), group.Key), Records: (IReadOnlyList<FigureRecord>)[.. group]))
                .Order(Comparer<(string Key, string[] Parts, IReadOnlyList<FigureRecord> Records)>.Create(
                    (one, other) => Compare(description, one.Parts, other.Parts)))
                .Select(group => (group.Key, string.Join(' ', group.Parts.Select(description.NameOf)), group.Records)),
        ];

        // A text that has a name is not taken apart.
        string[] PartsOf(FigureRecord record, string text) => description.HasName(text)
            ? [text]
            : [.. columns.Select(record.Text).Where(part => part.Length > 0)];
    }

    private static int Compare(FigureDescription description, string[] one, string[] other) => one.Zip(other)
        .Select(pair => description.PlaceOf(pair.First).CompareTo(description.PlaceOf(pair.Second)))
        .FirstOrDefault(order => order != 0);
}
