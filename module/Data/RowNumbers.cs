using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>The numbers of the rows, which pandas writes before each of a table, also where its columns have no names.</summary>
internal static class RowNumbers
{
    // Fewer rows or columns may count by chance.
    private const int Fewest = 3;

    /// <summary>The features without a first column that counts the rows of the source from 0 or 1; a warning says so.</summary>
    /// <param name="features">The features.</param>
    /// <param name="rows">The row of the source that each is.</param>
    /// <param name="source">The source, for the warning.</param>
    /// <param name="work">Takes the warning.</param>
    public static FeatureMatrix LeaveOut(FeatureMatrix features, IReadOnlyList<int> rows, string source, WorkContext work)
    {
        if (features.Count < Fewest || features.Dimension < Fewest) return features;
        var first = features.Row(0)[0] - rows[0];
        if (first is not (0 or 1)) return features;
        for (var i = 0; i < features.Count; i++)
        {
            if (features.Row(i)[0] != first + rows[i]) return features;
        }

        work.Warning?.Invoke($"The first column of '{source}' numbers the rows and is left out; a row of names says otherwise.");
        var rest = features.Dimension - 1;
        var values = new float[features.Count * rest];
        for (var i = 0; i < features.Count; i++) features.Row(i)[1..].CopyTo(values.AsSpan(i * rest));
        return new FeatureMatrix(values, features.Count, rest);
    }
}
