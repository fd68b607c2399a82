using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>Completes the names of metals.</summary>
public sealed class MetalMaterialCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => Material.Metals.Select(metal => metal.Name);
}
