namespace Thesis.Engine.Tomography;

/// <summary>
/// How a ray walks the image that has been turned by quarters, in planes of the image as it is: which plane holds its lines,
/// and whether these follow one another backwards and are read from right to left.
/// </summary>
/// <param name="Transposed">The plane.</param>
/// <param name="RowsReversed">Whether row r is the plane's row N - 1 - r.</param>
/// <param name="ColumnsReversed">Whether column c is the plane's column N - 1 - c.</param>
internal readonly record struct PlaneTurn(bool Transposed, bool RowsReversed, bool ColumnsReversed)
{
    /// <summary>
    /// The turn of a ray by some quarters. A ray of angle theta + 90 degrees sees pixel (i, j) where one of theta sees
    /// (j, N - 1 - i).
    /// </summary>
    /// <param name="transposed">The plane of the ray itself.</param>
    /// <param name="quarters">0 to 3; three are one back.</param>
    public static PlaneTurn Of(bool transposed, int quarters) => quarters switch
    {
        0 => new(transposed, false, false),
        2 => new(transposed, true, true),
        _ => (quarters == 1) == transposed ? new(!transposed, true, false) : new(!transposed, false, true),
    };
}
