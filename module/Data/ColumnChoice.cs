using System.IO.Enumeration;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>What a column of a table holds, as far as features go.</summary>
internal enum ColumnKind
{
    /// <summary>Something else: text, dates, nested records.</summary>
    Other,

    /// <summary>Numbers.</summary>
    Number,

    /// <summary>Lists of numbers.</summary>
    List,
}

/// <summary>A column that is neither id nor identity.</summary>
internal sealed record Column(int Index, string Name, ColumnKind Kind);

/// <summary>
/// Finds the columns of the features among others. They are what the caller names; else the one list of numbers; else
/// the columns whose names are one prefix and a number. A file with neither is taken whole, with a warning: a quality or
/// an age would count as much as the rest.
/// </summary>
internal static class ColumnChoice
{
    private static readonly string[] ListNames =
        ["features", "feature", "embedding", "embeddings", "vector", "encoding", "encodings"];

    /// <summary>The columns taken, in order, and the others.</summary>
    /// <exception cref="InputException"><c>FeatureColumnNotFound</c>, <c>FeatureColumnAmbiguous</c>.</exception>
    public static (Column[] Taken, Column[] Left) Choose(
        IReadOnlyList<Column> columns, FeatureFileOptions options, string source, WorkContext work)
    {
        var taken = options switch
        {
            { Columns.Count: > 0, Features: not null } => throw new InputException(
                DataErrorIds.ColumnAmbiguous, FaultKind.InvalidArgument,
                $"Name the features of '{source}' by one of -FeatureName and -FeatureColumn, not by both.", source),
            { Columns: { Count: > 0 } patterns } => Matching(columns, patterns, source),
            { Features: { } name } => Named(columns, name, source),
            _ => Found(columns, source, work),
        };
        if (taken.Length > 1 && taken.Any(column => column.Kind == ColumnKind.List))
        {
            throw Ambiguous(source, "Features are one list or several columns of numbers, not several lists");
        }

        return (taken, [.. columns.Except(taken)]);
    }

    private static Column[] Matching(IReadOnlyList<Column> columns, IReadOnlyList<string> patterns, string source)
    {
        var taken = new List<Column>();
        foreach (var pattern in patterns)
        {
            var before = taken.Count;
            var exact = columns.Where(column => Same(column.Name, pattern)).ToArray();
            var matches = exact.Length > 0
                ? exact
                : columns.Where(column => FileSystemName.MatchesSimpleExpression(pattern, column.Name));
            taken.AddRange(matches.Except(taken));
            if (taken.Count == before) throw NotFound(source, $"no column '{pattern}' besides those taken", columns);
        }

        return [.. taken];
    }

    private static Column[] Named(IReadOnlyList<Column> columns, string name, string source)
    {
        if (columns.FirstOrDefault(column => Same(column.Name, name)) is { } one)
        {
            return one.Kind == ColumnKind.Other ? throw NotFound(source, $"no numbers in its column '{name}'", columns) : [one];
        }

        // emb and emb_ both name emb_0.
        var numbered = Groups(columns).FirstOrDefault(group => Same(group.Prefix, Prefix(name + "0")));
        return numbered.Columns ?? throw NotFound(source, $"neither a column '{name}' nor numbered ones of that name", columns);
    }

    private static Column[] Found(IReadOnlyList<Column> columns, string source, WorkContext work)
    {
        var lists = columns.Where(column => column.Kind == ColumnKind.List).ToArray();
        var customary = lists.Where(IsCustomary).ToArray();
        if (customary.Length == 1) return customary;
        if (lists.Length > 1)
        {
            throw Ambiguous(source, $"It has {lists.Length} lists of numbers ({Names(lists)})");
        }

        // A box is no feature because the embedding beside it cannot be read.
        if (columns.FirstOrDefault(column => IsCustomary(column) && (column.Kind == ColumnKind.Other || lists.Length > 0)) is { } other)
        {
            throw NotFound(
                source, $"no lists of numbers in its column '{Printable.Text(other.Name)}' (of float or double in Parquet)", columns);
        }

        var groups = Groups(columns);
        if (lists.Length == 1)
        {
            return groups.Length == 0 ? lists : throw Ambiguous(
                source, $"It has a list of numbers ({Names(lists)}) and numbered columns ({Names(groups[0].Columns)})");
        }

        var numbers = columns.Where(column => column.Kind == ColumnKind.Number).ToArray();
        if (groups.Length == 0) return All(numbers, source, work);
        if (groups.Length > 1 && groups[1].Columns.Length * 2 > groups[0].Columns.Length)
        {
            throw Ambiguous(
                source, $"It has numbered columns of several names ({Names(groups[0].Columns)}; {Names(groups[1].Columns)})");
        }

        if (groups[0].Columns.Length * 2 < numbers.Length)
        {
            work.Warning?.Invoke(
                $"Only {Names(groups[0].Columns)} of the {numbers.Length} columns of numbers of '{source}' are taken as "
                + "features, for their names are one and a number: name others by -FeatureColumn.");
        }

        return groups[0].Columns;
    }

    private static bool IsCustomary(Column column) => ListNames.Contains(column.Name, StringComparer.OrdinalIgnoreCase);

    private static Column[] All(Column[] numbers, string source, WorkContext work)
    {
        if (numbers.Length > 0)
        {
            work.Warning?.Invoke(
                $"All columns of numbers of '{source}' are taken as features: {Names(numbers)}. If one is none, name those "
                + "that are by -FeatureColumn.");
        }

        return numbers;
    }

    // Columns named one prefix and a number, two or more of them, the most first.
    private static (string Prefix, Column[] Columns)[] Groups(IReadOnlyList<Column> columns) =>
    [
        .. columns.Select(column => (Prefix: Prefix(column.Name), Column: column))
            .Where(numbered => numbered.Prefix is not null && numbered.Column.Kind != ColumnKind.List)
            .GroupBy(numbered => numbered.Prefix!, numbered => numbered.Column, StringComparer.OrdinalIgnoreCase)
            .Select(group => (group.Key, Columns: group.ToArray()))
            .Where(group => group.Columns.Length > 1 && Array.Exists(group.Columns, column => column.Kind == ColumnKind.Number))
            .OrderByDescending(group => group.Columns.Length),
    ];

    // f of f0, emb of emb_12 and emb[12], nothing of 12; null of a name that does not end in a number.
    private static string? Prefix(string name)
    {
        var bare = name.TrimEnd(']', ')');
        var prefix = bare.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return prefix.Length == bare.Length ? null : prefix.TrimEnd('_', '-', '.', ' ', '[', '(');
    }

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static string Names(IReadOnlyList<Column> columns) =>
        new FeatureColumns([.. columns.Select(column => column.Name)], []).ToString();

    private static InputException NotFound(string source, string what, IReadOnlyList<Column> columns) => new(
        DataErrorIds.ColumnNotFound, FaultKind.NotFound,
        $"'{source}' has {what}; it has {Names(columns)}.", source);

    private static InputException Ambiguous(string source, string what) => new(
        DataErrorIds.ColumnAmbiguous, FaultKind.InvalidData,
        $"The features of '{source}' are not certain. {what}; name them (-FeatureName, -FeatureColumn).", source);
}
