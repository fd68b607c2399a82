using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>For each row the K others of the largest products, on the CPU; each pair is computed once.</summary>
internal static class NearestPairs
{
    /// <summary>
    /// The lists. One that is shorter than K, and than all others, began with too high a floor, or products of its row are
    /// no numbers: the caller makes it again from the whole row.
    /// </summary>
    /// <param name="left">N rows, L.</param>
    /// <param name="right">N rows, R, with l_i . r_j = l_j . r_i but for rounding; of the two, l_i . r_j is computed.</param>
    /// <param name="length">K, 1 or more.</param>
    /// <param name="activity">What the progress bar says.</param>
    /// <param name="context">Cancellation, progress, threads.</param>
    public static TopLists Search(
        FeatureMatrix left, FeatureMatrix right, int length, string activity, WorkContext context)
    {
        var lists = new TopLists(left.Count, length);
        var codes = CodedSides.IfTheyPay(left, right, context);
        SampledFloors.Raise(left, right, codes, length, lists, context);
        SymmetricProduct.ForEachPair(left, right, codes, activity, context, lists);
        return lists;
    }

    /// <summary>The most bytes that a search of rows with themselves takes.</summary>
    public static double Bytes(int count, int dimension, int length) =>
        TopLists.Bytes(count, length) + (CodedRows.Pay(count, dimension) ? CodedRows.SizeOf(count, dimension) : 0);
}
