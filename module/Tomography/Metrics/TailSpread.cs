namespace Thesis.Engine.Tomography;

/// <summary>The mean of the highest 5 % of some values less the mean of the lowest 5 %: what streaks reach, not one pixel.</summary>
internal static class TailSpread
{
    private const double Share = 0.05;
    private const int FewestPixels = 40;

    /// <summary>The spread of values - means over the pixels that count; null for fewer than 40.</summary>
    public static double? Of(float[] values, float[] means, bool[] counts)
    {
        var differences = new List<float>();
        for (var i = 0; i < values.Length; i++)
        {
            if (counts[i]) differences.Add(values[i] - means[i]);
        }

        if (differences.Count < FewestPixels) return null;
        differences.Sort();
        var tail = (int)Math.Round(Share * differences.Count);
        return differences.TakeLast(tail).Average(value => (double)value) - differences.Take(tail).Average(value => (double)value);
    }
}
