using MathNet.Numerics;

namespace Thesis.Engine.Faces;

/// <summary>
/// How many merges of one person's clusters a cut leaves undone, read off the heights of those that the tree has done:
/// from their outermost mode m on, the merges of one person thin out as
/// <code>
/// r(h) = c exp(-((h - m) / s)^1.5)
/// </code>
/// between the exponential that real people have and the normal of generated ones. With z = ((h - m) / s)^1.5 that is a
/// Gamma distribution of shape 2/3, whose s is the most likely one for what was seen of it: the merges between m and the
/// height h0 where strangers begin to be merged, each with the weight 1 - w of the wrong merges expected of it. So n such
/// merges say that n Q(z(h)) / P(z(h0)) of one person lie above a height h, P and Q = 1 - P the regularized incomplete
/// Gamma functions.
/// <para>
/// Splits are counted as merges: a person in k clusters is k - 1. A face that is like nobody's, its own person's included,
/// is seen only by the tail that it is part of.
/// </para>
/// </summary>
internal sealed class ExpectedSplits
{
    private const double Shape = 2.0 / 3;

    // Where three of ten merges are of strangers, what is seen of one person's ends.
    private const double MostWrong = 0.3;
    private const int Window = 15;

    // The mean of (y / L)^1.5 of merges that do not thin out up to L, its deviation for one of them, and how many of these
    // it must lie below.
    private const double MeanOfUniform = Shape / (Shape + 1);
    private const double DeviationOfUniform = 0.3;
    private const double Deviations = 2;

    private readonly Dendrogram _tree;
    private readonly double[] _right;
    private readonly int _end;
    private readonly double _mode;
    private readonly double _scale;
    private readonly double _all;

    private ExpectedSplits(Dendrogram tree, double[] right, int end, double mode, double scale, double all) =>
        (_tree, _right, _end, _mode, _scale, _all) = (tree, right, end, mode, scale, all);

    /// <summary>
    /// Reads a tree of average linkage on cosine distance; null where its merges do not thin out, by two deviations, before
    /// strangers begin to be merged: strangers alone, a handful of faces.
    /// </summary>
    /// <param name="tree">The tree.</param>
    /// <param name="cut">Its default cut: copies are left out, and what is seen ends there where nothing tells of strangers.</param>
    /// <param name="wrongMergesUpTo">The wrong merges to be expected up to each merge; null where nothing tells of them.</param>
    public static ExpectedSplits? Of(Dendrogram tree, LikelihoodCut cut, double[]? wrongMergesUpTo)
    {
        var right = Right(tree.Merges, wrongMergesUpTo);
        var end = wrongMergesUpTo is null ? cut.Merges : EndOf(right, cut.Copies);
        if (end <= cut.Copies) return null;
        var mode = MergeMode.Outermost(tree.Height.AsSpan(cut.Copies, end - cut.Copies), right.AsSpan(cut.Copies));
        var reach = tree.Height[end - 1] - mode;
        double beyond = 0, moment = 0;
        for (var t = cut.Copies; t < end; t++)
        {
            if (tree.Height[t] <= mode) continue;
            beyond += right[t];
            moment += right[t] * Math.Pow((tree.Height[t] - mode) / reach, 1 / Shape);
        }

        var thinned = MeanOfUniform - (Deviations * DeviationOfUniform / Math.Sqrt(beyond));
        if (!(moment / beyond < thinned)) return null;
        var reached = TruncatedAt(moment / beyond);
        return new ExpectedSplits(
            tree, right, end, mode, reach / Math.Pow(reached, Shape), beyond / SpecialFunctions.GammaLowerRegularized(Shape, reached));
    }

    /// <summary>
    /// The splits to be expected after 0, 1, .. merges: those that are seen beyond, and the tail that is not. Between a merge
    /// and the next nothing was found, so the tail begins at the next.
    /// </summary>
    public double[] AfterEach()
    {
        var after = new double[_tree.Merges + 1];
        for (var merges = _tree.Merges - 1; merges >= _end; merges--) after[merges] = Above(_tree.Height[merges]);
        for (var merges = _end - 1; merges >= 0; merges--) after[merges] = after[merges + 1] + _right[merges];
        return after;
    }

    private double Above(double height) =>
        _all * SpecialFunctions.GammaUpperRegularized(Shape, Math.Pow((height - _mode) / _scale, 1 / Shape));

    private static double[] Right(int merges, double[]? wrongUpTo)
    {
        var right = new double[merges];
        for (var t = 0; t < merges; t++)
        {
            var wrong = wrongUpTo is null ? 0 : wrongUpTo[t] - (t == 0 ? 0 : wrongUpTo[t - 1]);
            right[t] = 1 - Math.Clamp(wrong, 0, 1);
        }

        return right;
    }

    // The merges before the first whose predecessors, it counted, are too often wrong.
    private static int EndOf(double[] right, int from)
    {
        var inWindow = 0.0;
        for (var t = 0; t < right.Length; t++)
        {
            inWindow += right[t];
            if (t >= Window) inWindow -= right[t - Window];
            if (t >= from && inWindow < (1 - MostWrong) * Math.Min(t + 1, Window)) return t;
        }

        return right.Length;
    }

    // z at the end of what is seen, by bisection: the mean of z / z(h0) of a Gamma distribution that is cut off there falls
    // from that of a uniform one to 0.
    private static double TruncatedAt(double mean)
    {
        double low = 1e-4, high = 1e6;
        while (high / low > 1 + 1e-9)
        {
            var middle = Math.Sqrt(low * high);
            if (MeanOf(middle) > mean) low = middle;
            else high = middle;
        }

        return high;

        static double MeanOf(double end) => Shape * SpecialFunctions.GammaLowerRegularized(Shape + 1, end)
            / (SpecialFunctions.GammaLowerRegularized(Shape, end) * end);
    }
}
