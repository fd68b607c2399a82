using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>Completes the names of networks for faces.</summary>
public sealed class EmbeddingArchitectureCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => EmbeddingArchitecture.All.Select(known => known.Name);

    /// <inheritdoc/>
    protected override string Title(string name) => EmbeddingArchitecture.Find(name).Title;
}
