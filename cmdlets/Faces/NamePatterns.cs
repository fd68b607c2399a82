using System.Management.Automation;

namespace Thesis.Cmdlets.Faces;

/// <summary>Names by wildcards, whatever their case.</summary>
internal static class NamePatterns
{
    /// <summary>Whether one of the patterns matches a name.</summary>
    public static bool Match(string[] patterns, string name) =>
        Array.Exists(patterns, pattern =>
            WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant).IsMatch(name));
}
