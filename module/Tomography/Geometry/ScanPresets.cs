using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The named geometries.</summary>
public static class ScanPresets
{
    // The slices' field of view, 512 x 0.03 cm, and 1,075 pixels of a 416th of it.
    private const double FieldOfView = 15.36;
    private const double SourceDistance = 1075 * FieldOfView / 416;

    private static readonly IReadOnlyDictionary<string, ScanGeometry> Known =
        new Dictionary<string, ScanGeometry>(StringComparer.OrdinalIgnoreCase)
        {
            ["dissertation"] = Dissertation,
            ["dissertation-fine"] = Arc(416, 640, 641, 0.05),
            ["syndeeplesion"] = SynDeepLesion,
            ["reduced-128"] = Arc(128, 160, 161, 0.2),
            ["reduced-64"] = Arc(64, 80, 81, 0.4),
        };

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. Known.Keys];

    /// <summary>
    /// Section 4.3.1: 416 x 416 pixels, 320 views on a full turn, an arc of 321 bins of 0.1 degree, the source at 39.7 cm.
    /// </summary>
    public static ScanGeometry Dissertation => Arc(416, 320, 321, 0.1);

    /// <summary>
    /// The public SynDeepLesion files: 416 x 416 pixels, 640 views, a flat detector of 641 bins over
    /// 2 sqrt(2) x 15.36 cm at twice the source's distance. Their bins run backwards, and their views lie in the middle of
    /// their steps: the first is half a step past 90 degrees, as their images and their metal traces say alike.
    /// </summary>
    public static ScanGeometry SynDeepLesion => new(
        DetectorKind.Flat, 640, 641, -2 * Math.Sqrt(2) * FieldOfView / 641, 416, FieldOfView / 416,
        SourceDistance, 2 * SourceDistance, startAngle: (Math.PI / 2) + (Math.PI / 640));

    /// <summary>The geometry of a name, in any case.</summary>
    /// <exception cref="InputException"><c>GeometryUnknown</c>.</exception>
    public static ScanGeometry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Known.TryGetValue(name, out var geometry) ? geometry : throw new InputException(
            "GeometryUnknown", FaultKind.InvalidArgument,
            $"'{name}' names no geometry. Known: {string.Join(", ", Known.Keys)}.", name);
    }

    private static ScanGeometry Arc(int size, int views, int bins, double degrees) => new(
        DetectorKind.Arc, views, bins, degrees * Math.PI / 180, size, FieldOfView / size, SourceDistance);
}
