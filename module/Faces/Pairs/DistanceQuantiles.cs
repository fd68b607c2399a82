using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// A distribution of cosine distances as a table: the share of the pairs that lie within each of some distances. Between
/// two entries the share is a power of the distance, and so it is below the first, by the power of the first two: the lower
/// tail of the distances of strangers falls like one.
/// </summary>
public sealed class DistanceQuantiles
{
    /// <summary>The most entries.</summary>
    public const int MaximumLength = 64;

    // A share is an entry when at least this many pairs lie within its distance.
    private const double FewestPairs = 10;

    private static readonly double[] Usual =
    [
        1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 0.99,
        0.999,
    ];

    /// <summary>Creates the table.</summary>
    /// <param name="shares">The shares, rising, above 0 and below 1.</param>
    /// <param name="distances">The distances, rising, above 0 and at most 2.</param>
    /// <exception cref="InputException"><c>CalibrationInvalid</c>: the table is none, with the reason.</exception>
    public DistanceQuantiles(IReadOnlyList<double> shares, IReadOnlyList<double> distances)
    {
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentNullException.ThrowIfNull(distances);
        Require(shares.Count == distances.Count, $"{shares.Count} shares and {distances.Count} distances");
        Require(shares.Count is >= 2 and <= MaximumLength, $"{shares.Count} entries; 2 to {MaximumLength} are allowed");
        for (var i = 0; i < shares.Count; i++)
        {
            Require(shares[i] is > 0 and < 1, $"share {i} is not between 0 and 1");
            Require(distances[i] is > 0 and <= 2, $"distance {i} is not above 0 and at most 2");
            Require(i == 0 || shares[i] > shares[i - 1], $"share {i} does not rise");
            Require(i == 0 || distances[i] > distances[i - 1], $"distance {i} does not rise");
        }

        (Shares, Distances) = ([.. shares], [.. distances]);
    }

    /// <summary>The shares, rising.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>The distances, rising.</summary>
    public IReadOnlyList<double> Distances { get; }

    /// <summary>The share of the pairs within a distance.</summary>
    public double ShareWithin(double distance)
    {
        if (!(distance > 0)) return 0;
        var last = Distances.Count - 1;
        if (distance >= Distances[last]) return distance >= 2 ? 1 : Shares[last];
        var i = 1;
        while (i < last && Distances[i] < distance) i++;
        return Shares[i] * Math.Pow(distance / Distances[i], Power(i));
    }

    /// <summary>The distance within which a share of the pairs lies, <see cref="ShareWithin"/> turned round.</summary>
    public double DistanceOf(double share)
    {
        if (!(share > 0)) return 0;
        var last = Shares.Count - 1;
        if (share >= Shares[last]) return Distances[last];
        var i = 1;
        while (i < last && Shares[i] < share) i++;
        return Distances[i] * Math.Pow(share / Shares[i], 1 / Power(i));
    }

    /// <summary>Reads the table off the bins of a histogram.</summary>
    /// <param name="bins">The shares of the bins of <see cref="DistanceHistogram"/>, which sum to 1.</param>
    /// <param name="pairs">The pairs that were counted.</param>
    internal static DistanceQuantiles Of(double[] bins, long pairs)
    {
        var shares = new List<double>();
        var distances = new List<double>();
        var below = 0.0;
        var bin = 0;
        foreach (var share in Usual)
        {
            if (share * pairs < FewestPairs && shares.Count + (Usual.Length - Array.IndexOf(Usual, share)) > 4) continue;
            while (bin < bins.Length - 1 && below + bins[bin] < share) below += bins[bin++];
            var within = bins[bin] > 0 ? Math.Clamp((share - below) / bins[bin], 0, 1) : 1;
            var distance = (bin + Math.Max(within, 1e-6)) * DistanceHistogram.Width;
            if (distances.Count > 0 && distance <= distances[^1]) continue;
            shares.Add(share);
            distances.Add(Math.Min(distance, 2));
        }

        return new DistanceQuantiles(shares, distances);
    }

    private double Power(int i) => Math.Log(Shares[i] / Shares[i - 1]) / Math.Log(Distances[i] / Distances[i - 1]);

    private static void Require(bool condition, string fault)
    {
        if (condition) return;
        throw new InputException("CalibrationInvalid", FaultKind.InvalidData, $"A distribution of distances has {fault}.");
    }
}
