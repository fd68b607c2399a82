using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>Completes the names of geometries.</summary>
public sealed class GeometryCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => ScanPresets.Names;
}
