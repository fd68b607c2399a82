namespace Thesis.Engine.Tomography;

/// <summary>What a reduction made of a scan.</summary>
/// <param name="Image">The image, 1/cm.</param>
/// <param name="Sinogram">The sinogram that it is of; null where the method makes none.</param>
/// <param name="Iterations">How an iterative method ended; null for the others.</param>
public sealed record ReducedScan(SliceImage Image, Sinogram? Sinogram, IterationReport? Iterations = null);

/// <summary>Why an iterative reconstruction ended.</summary>
public enum IterationExit
{
    /// <summary>The image moves less than the tolerance.</summary>
    Converged,

    /// <summary>The limit of iterations was reached first.</summary>
    IterationLimit,
}

/// <summary>How an iterative reconstruction went.</summary>
/// <param name="Exit">The reason of its end.</param>
/// <param name="Iterations">Iterations done.</param>
/// <param name="InitialObjective">The objective of the image it began with.</param>
/// <param name="Objective">The objective of the image it gave.</param>
/// <param name="RelativeChange">The length of the last step, relative to the image's.</param>
public sealed record IterationReport(
    IterationExit Exit, int Iterations, double InitialObjective, double Objective, double RelativeChange);
