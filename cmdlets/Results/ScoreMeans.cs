namespace Thesis.Cmdlets;

/// <summary>The means of records of scores, which are their properties of type double.</summary>
internal static class ScoreMeans
{
    /// <summary>Puts the means into a record: over the scores that have a number, and nothing where none has.</summary>
    /// <param name="labels">A record that nobody else holds, with the labels of the average.</param>
    /// <param name="scores">The scores.</param>
    public static T Of<T>(T labels, IReadOnlyList<T> scores)
        where T : class
    {
        foreach (var property in typeof(T).GetProperties())
        {
            if (property.PropertyType != typeof(double) && property.PropertyType != typeof(double?)) continue;
            property.SetValue(labels, scores.Average(score => (double?)property.GetValue(score)));
        }

        return labels;
    }
}
