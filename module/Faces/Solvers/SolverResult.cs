namespace Thesis.Engine.Faces;

/// <summary>Why a solver ended.</summary>
public enum SolverExit
{
    /// <summary>The conditions of the optimum hold to the solver's tolerance.</summary>
    Converged,

    /// <summary>The limit of iterations was reached first; the solution is feasible and not optimal.</summary>
    IterationLimit,
}

/// <summary>How a solver ended.</summary>
/// <param name="Exit">The reason.</param>
/// <param name="Iterations">Newton steps, or pairs optimised.</param>
/// <param name="Objective">
/// The value at the solution: of the primal (2.7) for the squared hinge, of the dual that is minimised for SMO.
/// </param>
public readonly record struct SolverResult(SolverExit Exit, int Iterations, double Objective);
