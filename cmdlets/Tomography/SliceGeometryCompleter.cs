using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Tomography;

namespace Thesis.Cmdlets.Tomography;

/// <summary>Completes the names of geometries that slices can be projected in: Auto, and those with a name.</summary>
public sealed class SliceGeometryCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => [GeometryChoice.AutoName, .. ScanPresets.Names];
}
