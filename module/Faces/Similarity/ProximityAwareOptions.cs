using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of the Proximity-Aware similarity (2.5), with the dissertation's defaults.</summary>
public sealed record ProximityAwareOptions
{
    /// <summary>K of section 2.5.1.</summary>
    public const int DefaultNeighbours = 5;

    /// <summary>K' of section 2.5.1.</summary>
    public const int DefaultNegativesFrom = 200;

    /// <summary>C of section 2.5.</summary>
    public const double DefaultCost = 10;

    /// <summary>
    /// K: the point and its K - 1 nearest neighbours are the positives. 1 to 1,000; null for 5, and for half of fewer
    /// than ten points.
    /// </summary>
    public int? Neighbours
    {
        get;
        init => field = value is { } number ? OptionRange.Within(number, 1, MostPositives) : null;
    }

    /// <summary>
    /// K': the negatives begin at this place of the neighbour list, the point itself being at place 1. It must exceed
    /// K, and should exceed the size of the largest identity; null for 200, and for half of fewer than 400 points.
    /// </summary>
    public int? NegativesFrom
    {
        get;
        init => field = value is { } number ? OptionRange.Within(number, 2, int.MaxValue) : null;
    }

    /// <summary>
    /// How many negatives, the nearest from K' on, up to 2,000; null for all of them, NNList[K' : N], which is the
    /// dissertation's way, solved exactly.
    /// </summary>
    public int? Negatives
    {
        get;
        init => field = value is { } number ? OptionRange.Within(number, 1, MostNegatives) : null;
    }

    /// <summary>C of (2.7); C_p = C (N_p + N_n) / N_p and C_n = C (N_p + N_n) / N_n.</summary>
    public double Cost
    {
        get;
        init => field = OptionRange.Above(value, 0);
    }

    = DefaultCost;

    /// <summary>Positives and negatives by distance (section 2.5.4, for IJB-B) in place of K and K'.</summary>
    public ProximityDistances? ByDistance { get; init; }

    /// <summary>
    /// How far above -1 a negative may score that is not in the working set, when all are negatives.
    /// </summary>
    public double Tolerance
    {
        get;
        init => field = OptionRange.Above(value, 0, 1);
    }

    = 1e-4;

    /// <summary>K and K' of a number of points: those given, and for those that are not, what leaves negatives.</summary>
    /// <exception cref="InputException">
    /// <c>OptionOutOfRange</c>: K' is not larger than K, or is larger than the number of points.
    /// </exception>
    public (int Neighbours, int NegativesFrom) PlacesOf(int points)
    {
        var most = Math.Max(1, points / 2);
        var neighbours = Neighbours ?? Math.Min(DefaultNeighbours, NegativesFrom is { } from ? Math.Min(most, from - 1) : most);
        var negativesFrom = NegativesFrom ?? Math.Max(neighbours + 1, Math.Min(DefaultNegativesFrom, most));
        if (negativesFrom <= neighbours)
        {
            throw OptionRange.OutOfRange(
                string.Create(CultureInfo.InvariantCulture, $"K' = {negativesFrom} must be larger than K = {neighbours}: ")
                + "a neighbour cannot be a negative.",
                negativesFrom);
        }

        if (negativesFrom <= points || points < 2) return (neighbours, negativesFrom);
        throw OptionRange.OutOfRange(
            string.Create(
                CultureInfo.InvariantCulture,
                $"K' = {negativesFrom} leaves no negatives among {points} faces. Give at most {points}, or none."),
            negativesFrom);
    }

    internal const int MostPositives = 1000;

    internal const int MostNegatives = 2000;
}

/// <summary>
/// The sets of section 2.5.4: "the positive set consists of half of the points with linkage cosine distance less than
/// 0.2, and the negative set consists of 100 points with linkage cosine distance larger than 0.25". The distance taken
/// is the cosine distance of the two features.
/// </summary>
public sealed record ProximityDistances
{
    /// <summary>Positives lie within this cosine distance.</summary>
    public double PositiveDistance
    {
        get;
        init => field = OptionRange.Above(value, 0, 2);
    }

    = 0.2;

    /// <summary>
    /// The share of the points within that distance (the point itself counted, rounded up) that are positives.
    /// </summary>
    public double PositiveShare
    {
        get;
        init => field = OptionRange.Above(value, 0, 1);
    }

    = 0.5;

    /// <summary>The most positives; the nearest are kept. It bounds the memory of one problem.</summary>
    public int MostPositives
    {
        get;
        init => field = OptionRange.Within(value, 1, ProximityAwareOptions.MostPositives);
    }

    = ProximityAwareOptions.MostPositives;

    /// <summary>Which share; the point itself is always in it.</summary>
    public SampleChoice PositiveChoice { get; init; }

    /// <summary>Negatives lie beyond this cosine distance.</summary>
    public double NegativeDistance
    {
        get;
        init => field = OptionRange.Above(value, 0, 2);
    }

    = 0.25;

    /// <summary>How many negatives, 1 to 2,000.</summary>
    public int Negatives
    {
        get;
        init => field = OptionRange.Within(value, 1, ProximityAwareOptions.MostNegatives);
    }

    = 100;

    /// <summary>Which negatives.</summary>
    public SampleChoice NegativeChoice { get; init; }
}
