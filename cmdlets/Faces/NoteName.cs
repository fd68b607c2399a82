namespace Thesis.Cmdlets.Faces;

/// <summary>Names that PowerShell lets a property have: a column of a stranger's table may have any.</summary>
internal static class NoteName
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "PSBase", "PSAdapted", "PSExtended", "PSObject", "PSTypeNames",
    };

    /// <summary>Whether a property can be called so.</summary>
    public static bool IsFree(string name) => name.Length > 0 && !Reserved.Contains(name);
}
