using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Completes the names of attacks.</summary>
public sealed class AttackCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => AttackCatalogue.Names;
}
