namespace Thesis.Engine.Faces;

/// <summary>The errors to be expected of every cut of a tree of average linkage on cosine distance.</summary>
/// <param name="WrongMergesUpTo">
/// The merges of two people's clusters up to each merge (<see cref="StrangerTail"/>); null where the clusters are too few to tell.
/// </param>
/// <param name="SplitsAfter">
/// The merges of one person's clusters that are left undone after 0, 1, .. merges (<see cref="ExpectedSplits"/>); null where
/// the merges do not tell.
/// </param>
public sealed record ExpectedErrors(double[]? WrongMergesUpTo, double[]? SplitsAfter)
{
    /// <summary>Where nothing is known.</summary>
    public static ExpectedErrors Unknown { get; } = new(null, null);

    /// <summary>The wrong merges to be expected of the cut after some merges.</summary>
    public double? WrongMerges(int merges) => WrongMergesUpTo is null ? null : merges == 0 ? 0 : WrongMergesUpTo[merges - 1];

    /// <summary>The splits to be expected of it.</summary>
    public double? Splits(int merges) => SplitsAfter?[merges];
}
