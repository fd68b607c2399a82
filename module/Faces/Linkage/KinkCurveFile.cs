using CsvHelper;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// What each threshold of a tree gives as a CSV file, a row a merge: threshold, clusters, kink (1 in one row, else 0),
/// singletons, and the wrong merges and splits to be expected (empty where the clusters or the tree do not tell). Of one face
/// there is no merge, and no row.
/// </summary>
public static class KinkCurveFile
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="expected">The errors to be expected of every cut.</param>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether it may be there.</param>
    /// <exception cref="InputException"><c>FileExists</c>.</exception>
    public static void Write(Dendrogram tree, ExpectedErrors expected, string path, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(expected);
        var kink = tree.Merges > 0 ? OperatingPoint.FindKink(tree).Kink : -1;
        var singletons = CutCurve.Singletons(tree);
        CsvTableFile.Write(
            path,
            Enumerable.Range(0, tree.Merges).Select(t => new KinkCurveRow(
                tree.Height[t], tree.Count - 1 - t, t == kink ? 1 : 0, singletons[t], expected.WrongMerges(t + 1),
                expected.Splits(t + 1))),
            overwrite);
    }
}

/// <summary>A cut as a row of the file.</summary>
[CsvRecord]
internal sealed partial record KinkCurveRow(
    [property: CsvColumn("threshold")] double Threshold, [property: CsvColumn("clusters")] int Clusters,
    [property: CsvColumn("kink")] int Kink, [property: CsvColumn("singletons")] int Singletons,
    [property: CsvColumn("expected_wrong_merges")] double? ExpectedWrongMerges,
    [property: CsvColumn("expected_splits")] double? ExpectedSplits);
