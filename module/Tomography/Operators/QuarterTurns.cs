namespace Thesis.Engine.Tomography;

/// <summary>
/// A scan of a full turn whose views go in four: those of each quarter have the rays of the first one's, turned. A kernel that
/// has found where the first one's cross the image knows it of the others.
/// </summary>
/// <param name="Views">Views of a quarter.</param>
/// <param name="IsBackwards">Whether the angles of the views fall.</param>
internal readonly record struct QuarterTurns(int Views, bool IsBackwards)
{
    /// <summary>Quarters of a turn.</summary>
    public const int Count = 4;

    /// <summary>The quarters of a scan; null where it has none.</summary>
    public static QuarterTurns? Of(ScanGeometry geometry) => geometry.IsFullTurn && geometry.Views % Count == 0
        ? new QuarterTurns(geometry.Views / Count, geometry.AngularRange < 0)
        : null;

    /// <summary>By how many quarters of 90 degrees a view of the k-th quarter is turned.</summary>
    public int Turned(int k) => IsBackwards ? (Count - k) % Count : k;

    /// <summary>How many views after a view of the first quarter is the one that is turned by some quarters.</summary>
    public int ViewsAfter(int quarters) => Views * Turned(quarters);
}
