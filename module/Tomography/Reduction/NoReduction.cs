using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The scan as it is: the row that every table of reductions starts from.</summary>
public sealed class NoReduction : IArtifactReduction
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public ReducedScan Reduce(CorruptedScan scan, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(scan);
        return new ReducedScan(scan.Image, scan.Sinogram);
    }
}
