namespace Thesis.Engine.Data;

/// <summary>The distances of slices that follow one another, in mm.</summary>
internal static class SliceSteps
{
    /// <summary>More than so many times the usual distance is a gap.</summary>
    public const double GapFactor = 1.5;

    /// <summary>Positions are written with few digits: slices nearer than this are in one place.</summary>
    public const double SamePlace = 0.01;

    /// <summary>
    /// The median of the distances of slices that are not in one place; null where there are fewer than two.
    /// </summary>
    public static double? Usual(IEnumerable<double> steps)
    {
        var apart = steps.Where(step => step >= SamePlace).Order().ToArray();
        return apart.Length < 2 ? null : apart[apart.Length / 2];
    }
}
