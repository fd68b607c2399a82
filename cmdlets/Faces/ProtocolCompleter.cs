using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>Completes the names of synthetic protocols.</summary>
public sealed class ProtocolCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => SyntheticProtocol.Names;
}
