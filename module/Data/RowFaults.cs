using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// The rows of a file that cannot be used: gathered, so that all of them are reported in one go, or left out.
/// </summary>
internal sealed class RowFaults(string path)
{
    private const int MostMessages = 10;

    // More are counted and not kept: a file may have a million rows, all of them bad.
    private const int MostKept = 1000;

    private readonly HashSet<int> _rows = [];
    private readonly SortedDictionary<int, InputException> _faults = [];

    /// <summary>Whether a row has a fault.</summary>
    public bool Has(int row) => _rows.Contains(row);

    /// <summary>Adds a fault; of a row the first counts.</summary>
    public void Add(int row, InputException fault)
    {
        if (_rows.Add(row) && _faults.Count < MostKept) _faults.Add(row, fault);
    }

    /// <summary>Runs what may find a row faulty.</summary>
    /// <returns>Whether the row is sound.</returns>
    public bool Sound(int row, Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (InputException fault) when (IsOfARow(fault))
        {
            Add(row, fault);
            return false;
        }
    }

    /// <summary>The set without its faulty rows.</summary>
    /// <param name="set">The rows that could be read, with the places of those in the file.</param>
    /// <param name="skip">Whether they are left out; else they are a fault.</param>
    /// <param name="work">Takes the warning.</param>
    /// <exception cref="InputException">One fault of all rows, with their indices as target.</exception>
    public FeatureSet Conclude(FeatureSet set, bool skip, WorkContext work)
    {
        if (_rows.Count == 0) return set;
        if (!skip) throw All()!;
        var kept = Enumerable.Range(0, set.Features.Count).Where(i => !Has(set.RowOf(i))).ToArray();
        if (kept.Length == 0) throw All()!;
        work.Warning?.Invoke($"{_rows.Count} of {set.SourceRows} rows of '{path}' are left out. {Messages()}");
        return new FeatureSet(set.Features.Gather(kept), Pick(set.Ids), Pick(set.Identities), set.Source)
        {
            Columns = set.Columns,
            Rows = [.. kept.Select(set.RowOf)],
            SourceRows = set.SourceRows,
            Properties = [.. set.Properties.Select(property => property with { Values = Pick(property.Values)! })],
        };

        T[]? Pick<T>(T[]? values) => values is null ? null : [.. kept.Select(i => values[i])];
    }

    /// <summary>One fault of all rows, or null where none has one.</summary>
    public InputException? All()
    {
        if (_rows.Count == 0) return null;
        var first = _faults.First().Value;
        if (_rows.Count == 1) return first;
        var rows = _rows.Order().ToArray();
        return new InputException(
            first.ErrorId, FaultKind.InvalidData,
            $"{rows.Length} rows of '{path}' cannot be used (-SkipInvalid goes on without them). {Messages()}", rows, first);
    }

    private string Messages()
    {
        // Each names the file, which is named already.
        var messages = string.Join(' ', _faults.Values.Take(MostMessages)
            .Select(fault => fault.Message.Replace($" of '{path}'", "", StringComparison.Ordinal)));
        return _rows.Count > MostMessages ? $"{messages} And {_rows.Count - MostMessages} more." : messages;
    }

    private static bool IsOfARow(InputException fault) => fault.ErrorId is DataErrorIds.ValueInvalid
        or DataErrorIds.NotFinite or DataErrorIds.Overflow or DataErrorIds.RowRagged or DataErrorIds.Zero
        or DataErrorIds.IdMissing or DataErrorIds.IdDuplicate;
}
