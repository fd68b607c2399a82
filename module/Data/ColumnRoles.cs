using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>Which columns of a table hold the id, the identity and the features.</summary>
/// <param name="Id">The index of the id column, or -1.</param>
/// <param name="Identity">The index of the identity column, or -1.</param>
/// <param name="Others">The indices of the other columns, in order; features are among them.</param>
internal sealed record ColumnRoles(int Id, int Identity, int[] Others)
{
    private static readonly string[] IdNames = ["id", "ids", "path", "paths", "name"];
    private static readonly string[] IdentityNames = ["identity", "identities", "label", "labels", "subject", "subjects"];

    // What pandas and R write above the numbers of the rows, in the first column.
    private static readonly string[] RowNumberNames = ["", "index", "unnamed: 0"];

    /// <summary>Whether a name is that of an id or an identity, by the options or by custom.</summary>
    public static bool IsReserved(string name, FeatureFileOptions options) =>
        IdNames.Concat(IdentityNames).Append(options.Id).Append(options.Identity).Any(known => Same(known, name));

    /// <summary>
    /// Gives each column its role. A column with a customary name that is not the one chosen is no feature either, nor is
    /// a first one that numbers the rows.
    /// </summary>
    /// <exception cref="InputException"><c>FeatureColumnNotFound</c>, <c>FeatureColumnAmbiguous</c>.</exception>
    public static ColumnRoles Assign(IReadOnlyList<string> names, FeatureFileOptions options, string source)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var twice = names.FirstOrDefault(name => !seen.Add(name));
        if (twice is not null)
        {
            throw new InputException(
                DataErrorIds.ColumnAmbiguous, FaultKind.InvalidData,
                $"'{source}' has two columns named '{Printable.Text(twice)}'.", source);
        }

        var id = ChooseId(names, options, source);
        var identity = ChooseIdentity(names, options, source);
        var first = names.Count > 0 && RowNumberNames.Any(known => Same(known, names[0])) ? 1 : 0;
        var others = Enumerable.Range(first, names.Count - first).Where(i => !IsReserved(names[i], options)).ToArray();
        return new ColumnRoles(id, identity, others);
    }

    /// <summary>The index of the id, by the options or by custom, or -1.</summary>
    public static int ChooseId(IReadOnlyList<string> names, FeatureFileOptions options, string source) =>
        Choose(names, options.Id, IdNames, source);

    /// <summary>The index of the identity, by the options or by custom, or -1.</summary>
    public static int ChooseIdentity(IReadOnlyList<string> names, FeatureFileOptions options, string source) =>
        Choose(names, options.Identity, IdentityNames, source);

    /// <summary>The index of the name asked for, or of the first customary name, or -1.</summary>
    private static int Choose(IReadOnlyList<string> names, string? asked, string[] customary, string source)
    {
        foreach (var wanted in asked is null ? customary : [asked])
        {
            for (var i = 0; i < names.Count; i++)
            {
                if (Same(wanted, names[i])) return i;
            }
        }

        if (asked is null) return -1;
        throw new InputException(
            DataErrorIds.ColumnNotFound, FaultKind.NotFound, $"'{source}' has no column or entry '{asked}'.", source);
    }

    private static bool Same(string? a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
