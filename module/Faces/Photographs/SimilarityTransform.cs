using System.Numerics;

namespace Thesis.Engine.Faces;

/// <summary>A rotation, a scale and a shift of the plane: (x, y) goes to (a x - b y + u, b x + a y + v).</summary>
/// <param name="A">The scale times the cosine of the angle.</param>
/// <param name="B">The scale times the sine of the angle.</param>
/// <param name="U">The shift along x.</param>
/// <param name="V">The shift along y.</param>
internal readonly record struct SimilarityTransform(double A, double B, double U, double V)
{
    /// <summary>How much longer lengths become.</summary>
    public double Scale => Math.Sqrt((A * A) + (B * B));

    /// <summary>
    /// The one that brings points nearest to others, by the sum of squared distances (Umeyama 1991, which in the plane and
    /// without a reflection is a linear problem). With centred points p and q, a = sum p . q / sum |p|^2 and
    /// b = sum p x q / sum |p|^2. Null where all points of <paramref name="from"/> are one.
    /// </summary>
    public static SimilarityTransform? Between(IReadOnlyList<Vector2> from, IReadOnlyList<Vector2> to)
    {
        var (x, y, s, t) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < from.Count; i++)
        {
            (x, y, s, t) = (x + from[i].X, y + from[i].Y, s + to[i].X, t + to[i].Y);
        }

        (x, y, s, t) = (x / from.Count, y / from.Count, s / from.Count, t / from.Count);
        var (along, across, length) = (0.0, 0.0, 0.0);
        for (var i = 0; i < from.Count; i++)
        {
            var (px, py, qx, qy) = (from[i].X - x, from[i].Y - y, to[i].X - s, to[i].Y - t);
            along += (px * qx) + (py * qy);
            across += (px * qy) - (py * qx);
            length += (px * px) + (py * py);
        }

        var (a, b) = (along / length, across / length);
        return double.IsFinite(a) && double.IsFinite(b) && (a, b) != (0, 0)
            ? new SimilarityTransform(a, b, s - (a * x) + (b * y), t - (b * x) - (a * y))
            : null;
    }

    /// <summary>The one that goes back.</summary>
    public SimilarityTransform Inverse()
    {
        var square = (A * A) + (B * B);
        var (a, b) = (A / square, -B / square);
        return new SimilarityTransform(a, b, -(a * U) + (b * V), -(b * U) - (a * V));
    }

    /// <summary>Where a point goes.</summary>
    public (double X, double Y) Apply(double x, double y) => ((A * x) - (B * y) + U, (B * x) + (A * y) + V);
}
