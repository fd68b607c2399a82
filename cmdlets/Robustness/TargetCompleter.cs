using Thesis.Cmdlets.Runtime;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Completes the choices of a wanted class.</summary>
public sealed class TargetCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => ["next", "random", "least-likely"];
}
