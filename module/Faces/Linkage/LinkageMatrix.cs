using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// SciPy's linkage matrix Z: a row a merge, with the two clusters' numbers, the height and the size, row-major.
/// </summary>
public static class LinkageMatrix
{
    private const int Columns = 4;

    /// <summary>
    /// What is added to the heights of a tree in its Z: SciPy takes no distance below 0, and 1 - s of a learned similarity
    /// can be. It is 0 where no height is below 0.
    /// </summary>
    public static double Raise(Dendrogram tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return tree.Merges == 0 ? 0 : Math.Max(0, -tree.Height[0]);
    }

    /// <summary>Z of a tree, its heights raised by <see cref="Raise"/>.</summary>
    public static double[] From(Dendrogram tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var raise = Raise(tree);
        var z = new double[(long)tree.Merges * Columns];
        for (var t = 0; t < tree.Merges; t++)
        {
            z[t * Columns] = tree.Left[t];
            z[(t * Columns) + 1] = tree.Right[t];
            z[(t * Columns) + 2] = tree.Height[t] + raise;
            z[(t * Columns) + 3] = tree.Size[t];
        }

        return z;
    }

    /// <summary>The tree of a Z that may come from anywhere: every number is checked.</summary>
    /// <param name="z">The values, row-major.</param>
    /// <param name="count">N; a tree that ends early has fewer than N - 1 merges.</param>
    /// <param name="source">What the error names.</param>
    /// <exception cref="InputException"><c>DendrogramInvalid</c>, with the row and the reason.</exception>
    public static Dendrogram ToTree(ReadOnlySpan<double> z, int count, string source)
    {
        var merges = z.Length / Columns;
        if (z.Length % Columns != 0 || count < 1 || merges > count - 1)
        {
            throw Invalid(source, 0, $"{z.Length} values make no linkage matrix of {count} points");
        }

        var tree = new Dendrogram(count, new int[merges], new int[merges], new double[merges], new int[merges]);
        var used = new bool[count + merges];
        for (var t = 0; t < merges; t++)
        {
            var row = z.Slice(t * Columns, Columns);
            tree.Left[t] = Cluster(Math.Min(row[0], row[1]), count + t, used, source, t);
            tree.Right[t] = Cluster(Math.Max(row[0], row[1]), count + t, used, source, t);
            tree.Height[t] = row[2];
            tree.Size[t] = SizeOf(tree, tree.Left[t]) + SizeOf(tree, tree.Right[t]);
            if (!double.IsFinite(row[2])) throw Invalid(source, t, "its height is not finite");
            if (t > 0 && row[2] < tree.Height[t - 1]) throw Invalid(source, t, "its height is below the one before");
            if (row[3] != tree.Size[t]) throw Invalid(source, t, $"its size is not {tree.Size[t]}");
        }

        return tree;
    }

    private static int Cluster(double number, int known, bool[] used, string source, int row)
    {
        if (!(number >= 0 && number < known) || number != Math.Floor(number))
        {
            throw Invalid(source, row, FormattableString.Invariant($"there is no cluster {number} yet"));
        }

        var cluster = (int)number;
        if (used[cluster]) throw Invalid(source, row, $"cluster {cluster} was merged before");
        used[cluster] = true;
        return cluster;
    }

    private static int SizeOf(Dendrogram tree, int cluster) =>
        cluster < tree.Count ? 1 : tree.Size[cluster - tree.Count];

    private static InputException Invalid(string source, int row, string reason) => new(
        "DendrogramInvalid", FaultKind.InvalidData, $"{source} is no linkage matrix: row {row}: {reason}.", source);
}
