using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Runtime;

/// <summary>
/// The files and folders that a call has written, and of which item each is: the next item of a pipeline does not take the place of the
/// one before, whatever -Force allows.
/// </summary>
internal sealed class WrittenTargets
{
    private readonly Dictionary<string, string> _items = new(StringComparer.Ordinal);

    /// <summary>Fails where an earlier item has one of the targets.</summary>
    /// <param name="targets">The targets; null where one is not wanted.</param>
    /// <param name="item">The item that they are for.</param>
    /// <exception cref="InputException"><c>TargetTaken</c>.</exception>
    public void RequireFree(IEnumerable<string?> targets, string item)
    {
        if (targets.FirstOrDefault(target => target is not null && _items.ContainsKey(target)) is not { } taken) return;
        throw new InputException(
            "TargetTaken", FaultKind.AlreadyExists,
            $"'{taken}' is for one, and has what came of '{_items[taken]}'. Call the cmdlet once for '{item}'.", item);
    }

    /// <summary>The targets hold what came of the item.</summary>
    public void Add(IEnumerable<string?> targets, string item)
    {
        foreach (var target in targets.OfType<string>()) _items[target] = item;
    }
}
