using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Learning;

/// <summary>Architectures by the names that model files carry.</summary>
internal static class ArchitectureNames
{
    /// <summary>The architecture of a name, in any case.</summary>
    /// <param name="all">All of them.</param>
    /// <param name="nameOf">The name of one.</param>
    /// <param name="name">The name that is looked for.</param>
    /// <param name="file">The file that names it, or null.</param>
    /// <param name="kind">What they are.</param>
    /// <exception cref="InputException"><c>ArchitectureUnknown</c>, with the nearest name.</exception>
    public static T Find<T>(
        IReadOnlyList<T> all, Func<T, string> nameOf, string name, string? file, string kind = "architecture")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(name);
        return all.FirstOrDefault(known => nameOf(known).Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new InputException(
                "ArchitectureUnknown", FaultKind.InvalidArgument,
                $"'{Printable.Text(name)}'{(file is null ? "" : $" in the metadata of '{file}'")} is no {kind}. "
                + NearestName.Suggest(name, [.. all.Select(nameOf)]), file ?? name);
    }
}
