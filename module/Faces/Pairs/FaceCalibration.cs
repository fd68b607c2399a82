using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// What is known of the features of one network from faces whose people are known: how far apart two faces of one person
/// lie, and of two. It tells one person from many strangers, which a set without labels cannot.
/// </summary>
public sealed record FaceCalibration
{
    /// <summary>The longest name of features.</summary>
    public const int LongestName = 200;

    /// <summary>The share of pairs of strangers within <see cref="Threshold"/>, unless another is asked for.</summary>
    public const double DefaultFalseMergeRate = 1e-4;

    // The normal quantile of a 95 % interval.
    private const double Confidence = 1.959964;

    /// <summary>The name of the features, such as that of the network.</summary>
    public required string Feature
    {
        get;
        init => field = value.Length is > 0 and <= LongestName
            ? value
            : throw Invalid($"its feature has no name of 1 to {LongestName} characters");
    }

    /// <summary>The length of a feature.</summary>
    public required int Dimension
    {
        get;
        init => field = value is >= 1 and <= 1_000_000 ? value : throw Invalid($"its dimension is {value}");
    }

    /// <summary>The subjects that were looked at.</summary>
    public required int Subjects
    {
        get;
        init => field = value >= 2 ? value : throw Invalid($"it has {value} subjects");
    }

    /// <summary>Their faces.</summary>
    public required int Faces
    {
        get;
        init => field = value >= 2 ? value : throw Invalid($"it has {value} faces");
    }

    /// <summary>The distances of two faces of one subject, every subject counted alike.</summary>
    public required DistanceQuantiles Matched { get; init; }

    /// <summary>The distances of faces of two subjects.</summary>
    public required DistanceQuantiles Mismatched { get; init; }

    /// <summary>Epsilon of DDC (3.2).</summary>
    public required double Epsilon
    {
        get;
        init => field = value is >= 0 and <= 2 ? value : throw Invalid("its epsilon is not in 0 to 2");
    }

    /// <summary>Eta of DDC-NEG.</summary>
    public required double Eta
    {
        get;
        init => field = value is >= 0 and <= 2 ? value : throw Invalid("its eta is not in 0 to 2");
    }

    /// <summary>The share of pairs of strangers that lie within <see cref="Threshold"/>.</summary>
    public required double FalseMergeRate
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw Invalid("its false merge rate is not between 0 and 1");
    }

    /// <summary>The distance within which that share of the pairs of strangers lies.</summary>
    public double Threshold => Mismatched.DistanceOf(FalseMergeRate);

    /// <summary>
    /// The 95 % interval of <see cref="Threshold"/>: Wilson's for a share among as many draws as there are pairs of
    /// subjects, for the pairs of faces of two subjects are no independent draws.
    /// </summary>
    public (double Low, double High) ThresholdInterval
    {
        get
        {
            var draws = Subjects * (Subjects - 1.0) / 2;
            var square = Confidence * Confidence / draws;
            var centre = FalseMergeRate + (square / 2);
            var half = Math.Sqrt((FalseMergeRate * (1 - FalseMergeRate) * square) + (square * square / 4));
            return (
                Mismatched.DistanceOf((centre - half) / (1 + square)), Mismatched.DistanceOf((centre + half) / (1 + square)));
        }
    }

    /// <summary>The calibration that distributions of pairs give.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="feature">The name of the features.</param>
    /// <param name="dimension">Their length.</param>
    /// <param name="falseMergeRate">The share of pairs of strangers within <see cref="Threshold"/>.</param>
    public static FaceCalibration From(
        PairDistribution pairs, string feature, int dimension, double falseMergeRate = DefaultFalseMergeRate)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return new FaceCalibration
        {
            Feature = feature,
            Dimension = dimension,
            Subjects = pairs.Subjects,
            Faces = pairs.Faces,
            Matched = DistanceQuantiles.Of(pairs.MatchedShares, pairs.MatchedPairs),
            Mismatched = DistanceQuantiles.Of(pairs.MismatchedShares, pairs.MismatchedPairs),
            Epsilon = pairs.Epsilon,
            Eta = pairs.Eta,
            FalseMergeRate = falseMergeRate,
        };
    }

    /// <summary>Fails unless it is of features of this length.</summary>
    /// <exception cref="InputException"><c>CalibrationMismatch</c>.</exception>
    public void RequireDimension(int dimension)
    {
        if (dimension == Dimension) return;
        throw new InputException(
            "CalibrationMismatch", FaultKind.InvalidArgument,
            $"The calibration is of features of {Dimension} values, '{Printable.Text(Feature)}', and these have {dimension}.", Feature);
    }

    private static InputException Invalid(string reason) => new(
        "CalibrationInvalid", FaultKind.InvalidData, FormattableString.Invariant($"A calibration is none: {reason}."));
}
