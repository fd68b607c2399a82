namespace Thesis.Engine.Tomography;

/// <summary>The shape of the detector, which says how its bins sample the rays of a view.</summary>
public enum DetectorKind
{
    /// <summary>An arc around the source: bins at equal angles of the fan.</summary>
    Arc,

    /// <summary>A line at right angles to the central ray: bins at equal distances on it.</summary>
    Flat,

    /// <summary>Parallel rays at equal distances: no source.</summary>
    Parallel,
}
