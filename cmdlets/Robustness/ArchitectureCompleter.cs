using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Completes the names of architectures.</summary>
public sealed class ArchitectureCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => ClassifierArchitecture.All.Select(known => known.Name);

    /// <inheritdoc/>
    protected override string Title(string name) => ClassifierArchitecture.Find(name).Title;
}
