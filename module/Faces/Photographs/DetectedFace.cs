using System.Numerics;

namespace Thesis.Engine.Faces;

/// <summary>A face that a detector found, in pixels of the upright photograph; the centres of pixels have whole coordinates.</summary>
/// <param name="Left">The left edge of its box.</param>
/// <param name="Top">The upper edge of its box.</param>
/// <param name="Width">The width of its box.</param>
/// <param name="Height">The height of its box.</param>
/// <param name="Score">The detector's score, 0 to 1.</param>
/// <param name="Landmarks">
/// Five points: right eye and left eye, tip of the nose, right and left corner of the mouth; right and left are the person's.
/// </param>
public sealed record DetectedFace(float Left, float Top, float Width, float Height, float Score, IReadOnlyList<Vector2> Landmarks)
{
    /// <summary>The landmarks of a face.</summary>
    public const int LandmarkCount = 5;

    /// <summary>The shorter side of the box.</summary>
    public float Size => Math.Min(Width, Height);

    /// <summary>The share that two boxes have in common: the area of both over the area of either.</summary>
    public float Overlap(DetectedFace other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var width = Math.Min(Left + Width, other.Left + other.Width) - Math.Max(Left, other.Left);
        var height = Math.Min(Top + Height, other.Top + other.Height) - Math.Max(Top, other.Top);
        if (width <= 0 || height <= 0) return 0;
        var common = width * height;
        return common / ((Width * Height) + (other.Width * other.Height) - common);
    }
}
