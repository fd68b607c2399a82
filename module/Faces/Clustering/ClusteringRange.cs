using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Checks of what several clustering methods have among their options.</summary>
internal static class ClusteringRange
{
    /// <summary>A radius, a cosine distance in (0, 2].</summary>
    /// <exception cref="InputException"><c>RadiusInvalid</c>.</exception>
    public static double Radius(double value) => value is > 0 and <= 2
        ? value
        : throw new InputException(
            "RadiusInvalid", FaultKind.InvalidArgument,
            FormattableString.Invariant($"A radius is a cosine distance above 0 and up to 2, not {value}."), value);

    /// <summary>The most iterations, 1 or more.</summary>
    /// <exception cref="InputException"><c>IterationCountInvalid</c>.</exception>
    public static int Iterations(int value) => value >= 1
        ? value
        : throw new InputException(
            "IterationCountInvalid", FaultKind.InvalidArgument, $"There must be 1 iteration, not {value}.", value);

    /// <summary>The entries of a neighbour list, the face itself included; 2 or more.</summary>
    /// <exception cref="InputException"><c>NeighbourCountInvalid</c>.</exception>
    public static int Neighbours(int value) => value >= 2
        ? value
        : throw new InputException(
            "NeighbourCountInvalid", FaultKind.InvalidArgument, $"A list holds the face and another at least, not {value}.", value);

    /// <summary>The points that make a core, itself included; 1 or more.</summary>
    /// <exception cref="InputException"><c>MinimumPointsInvalid</c>.</exception>
    public static int MinimumPoints(int value) => value >= 1
        ? value
        : throw new InputException(
            "MinimumPointsInvalid", FaultKind.InvalidArgument, $"A core has at least 1 point, not {value}.", value);
}
