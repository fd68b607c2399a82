using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>The units of budgets as parameters name them.</summary>
internal static class EpsilonUnits
{
    /// <summary>The unit of a name that the parameter has checked; null where nobody said one.</summary>
    public static EpsilonUnit? Parse(string? name) => name is null ? null : Enum.Parse<EpsilonUnit>(name, ignoreCase: true);
}
