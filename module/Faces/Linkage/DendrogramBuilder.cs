namespace Thesis.Engine.Faces;

/// <summary>
/// Collects merges in the order in which an algorithm finds them, and makes a <see cref="Dendrogram"/> of them: sorted
/// by height, in SciPy's numbering. An algorithm names a cluster by any of its points.
/// </summary>
/// <remarks>
/// Average linkage never inverts, yet rounding can put a merge a unit in the last place below one of its parts. A
/// height is therefore raised to those of its parts, so that sorting keeps every part before its whole. Where a distance
/// cannot be below a least one, as a cosine distance cannot be below 0, what rounding takes away is given back, too.
/// </remarks>
/// <param name="count">N.</param>
/// <param name="least">The least height.</param>
internal sealed class DendrogramBuilder(int count, double least = double.NegativeInfinity)
{
    private readonly DisjointSets _sets = new(count);
    private readonly double[] _top = new double[count];
    private readonly List<(int A, int B, double Height)> _merges = new(Math.Max(0, count - 1));

    /// <summary>The merges so far.</summary>
    public int Merges => _merges.Count;

    /// <summary>The least height of the merges to come.</summary>
    public double Least { get; set; } = least;

    /// <summary>Adds the merge of the clusters that hold points <paramref name="a"/> and <paramref name="b"/>.</summary>
    public void Add(int a, int b, double height)
    {
        var left = _sets.Find(a);
        var right = _sets.Find(b);
        var raised = Math.Max(Math.Max(height, Least), Math.Max(Top(left), Top(right)));
        _merges.Add((a, b, raised));
        var whole = _sets.Union(left, right);
        _top[whole] = raised;
    }

    /// <summary>The tree, up to a height.</summary>
    public Dendrogram Build(double limit = double.PositiveInfinity)
    {
        var heights = _merges.Select(merge => merge.Height).ToArray();
        var order = Enumerable.Range(0, _merges.Count).Where(t => heights[t] <= limit).ToArray();
        order.AsSpan().Sort((x, y) => heights[x] != heights[y] ? heights[x].CompareTo(heights[y]) : x.CompareTo(y));

        var sets = new DisjointSets(count);
        var number = Enumerable.Range(0, count).ToArray();
        var left = new int[order.Length];
        var right = new int[order.Length];
        var height = new double[order.Length];
        var size = new int[order.Length];
        for (var t = 0; t < order.Length; t++)
        {
            var (a, b, h) = _merges[order[t]];
            var x = sets.Find(a);
            var y = sets.Find(b);
            (left[t], right[t]) = number[x] < number[y] ? (number[x], number[y]) : (number[y], number[x]);
            height[t] = h;
            var whole = sets.Union(x, y);
            number[whole] = count + t;
            size[t] = sets.Size(whole);
        }

        return new Dendrogram(count, left, right, height, size);
    }

    private double Top(int root) => _sets.Size(root) == 1 ? double.NegativeInfinity : _top[root];
}
