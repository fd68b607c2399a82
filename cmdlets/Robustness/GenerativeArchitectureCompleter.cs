using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Robustness;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Completes the names of generative architectures.</summary>
public sealed class GenerativeArchitectureCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => GenerativeArchitecture.All.Select(known => known.Name);

    /// <inheritdoc/>
    protected override string Title(string name) => GenerativeArchitecture.Find(name).Title;
}
