using System.Numerics;

namespace Thesis.Engine.Faces;

/// <summary>
/// Where the five landmarks lie in an aligned face. They are those of 112 x 112 pixels that ArcFace (Deng et al. 2019) and
/// most models since take, and in 112 x 96 those of SphereFace (Liu et al. 2017), which are the same but for 8 columns on either side.
/// Other heights scale them; other widths lose or gain columns evenly.
/// </summary>
internal static class FaceTemplate
{
    /// <summary>The rows for which the landmarks are given.</summary>
    public const int Rows = 112;

    private const float Columns = 112;

    private static readonly Vector2[] Square =
    [
        new(38.2946f, 51.6963f), new(73.5318f, 51.5014f), new(56.0252f, 71.7366f), new(41.5493f, 92.3655f), new(70.7299f, 92.2041f),
    ];

    /// <summary>The landmarks in a face of a size, in pixels whose centres have whole coordinates.</summary>
    public static Vector2[] Of(int rows, int columns)
    {
        var scale = rows / (float)Rows;
        var aside = ((Columns * scale) - columns) / 2;
        return Array.ConvertAll(Square, point => (scale * (point + new Vector2(0.5f))) - new Vector2(0.5f + aside, 0.5f));
    }
}
