namespace Thesis.Engine.Faces;

/// <summary>How a tree was cut, and what is to be expected of the clusters.</summary>
/// <param name="Rule">likelihood, calibrated, kink, threshold, count or oracle.</param>
/// <param name="Threshold">The linkage distance up to which was merged; negative infinity for no merge.</param>
/// <param name="WrongMerges">
/// The merges of two people's clusters that chance makes up to there (<see cref="StrangerTail"/>); null where the clusters
/// are too few to tell, or the tree is not one of cosines.
/// </param>
/// <param name="Splits">
/// The merges of one person's clusters that are left undone (<see cref="ExpectedSplits"/>); null where the merges do not
/// tell, or the tree is not one of cosines.
/// </param>
public sealed record CutAnswer(string Rule, double Threshold, double? WrongMerges, double? Splits);
