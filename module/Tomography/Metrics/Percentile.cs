namespace Thesis.Engine.Tomography;

/// <summary>Percentiles as NumPy has them by default: linear between the values at the places of the sorted ones.</summary>
internal static class Percentile
{
    /// <summary>The value below which a percentage of the values lies; there must be one value.</summary>
    public static double Of(IEnumerable<double> values, double percentage)
    {
        double[] sorted = [.. values.Order()];
        var place = percentage / 100 * (sorted.Length - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
