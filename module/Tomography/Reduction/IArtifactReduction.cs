using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>
/// A method of metal artifact reduction. It sees a scan whose metal is not empty and whose every view has a bin outside
/// the trace, and it need not keep the metal: <see cref="ArtifactReducer"/> puts it back.
/// </summary>
public interface IArtifactReduction
{
    /// <summary>The method's name in results: none, li, nmar, tv.</summary>
    string Name { get; }

    /// <summary>Reduces the artifacts of a scan. Safe to call from several threads at once.</summary>
    ReducedScan Reduce(CorruptedScan scan, WorkContext work);
}
