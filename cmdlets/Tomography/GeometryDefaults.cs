namespace Thesis.Cmdlets.Tomography;

/// <summary>The geometry of the cmdlets unless another is named.</summary>
internal static class GeometryDefaults
{
    /// <summary>
    /// That of the public data: its 640 views and 641 bins keep the detail of a slice that the dissertation's 320 and 321
    /// lose.
    /// </summary>
    public const string Name = "syndeeplesion";
}
