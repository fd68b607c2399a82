namespace Thesis.Engine.Faces;

/// <summary>A similarity that was learned from neighbourhoods, and how the learning went.</summary>
/// <param name="Similarity">The bilinear form, paired.</param>
/// <param name="Report">How the solvers ended.</param>
/// <param name="Warnings">Sentences about the data and the options that the user should read.</param>
public sealed record SimilarityModel(
    BilinearSimilarity Similarity, SolverReport Report, IReadOnlyList<string> Warnings);

/// <summary>How the solvers of all samples ended.</summary>
/// <param name="Samples">Problems solved, one a point.</param>
/// <param name="Unconverged">Problems that met the limit of iterations.</param>
/// <param name="MeanIterations">Newton steps or optimised pairs a problem.</param>
/// <param name="MeanRounds">Rounds of scoring all negatives a problem; 1 where the negatives are a fixed few.</param>
/// <param name="MeanObjective">The mean of the objectives at the solutions.</param>
/// <param name="MeanNeighbourhood">Points in a neighbourhood, the point itself included.</param>
/// <param name="LargestNeighbourhood">Points in the largest neighbourhood.</param>
/// <param name="WithoutNegatives">Problems that had no negative.</param>
public sealed record SolverReport(
    int Samples,
    int Unconverged,
    double MeanIterations,
    double MeanRounds,
    double MeanObjective,
    double MeanNeighbourhood,
    int LargestNeighbourhood,
    int WithoutNegatives);
