using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Options of the density-based similarity (3.12), with the dissertation's defaults.</summary>
public record DensityOptions
{
    /// <summary>epsilon of section 3.5.1, for the dissertation's features.</summary>
    public const double DefaultEpsilon = 0.23;

    /// <summary>LIBSVM's default nu, which the dissertation uses.</summary>
    public const double DefaultNu = 0.5;

    /// <summary>epsilon: the neighbourhood holds the points within this cosine distance, in (0, 2].</summary>
    public double Epsilon
    {
        get;
        init => field = OptionRange.Above(value, 0, 2);
    }

    = DefaultEpsilon;

    /// <summary>nu of (3.4), in (0, 1].</summary>
    public double Nu
    {
        get;
        init => field = OptionRange.Above(value, 0, 1);
    }

    = DefaultNu;

    /// <summary>
    /// The largest violation of the optimality conditions, in LIBSVM's scale (its <c>-e</c>, by default 1e-3);
    /// above 1e-7, where float32 kernels end.
    /// </summary>
    public double Tolerance
    {
        get;
        init => field = OptionRange.Above(value, 1e-7, 1);
    }

    = 1e-4;
}

/// <summary>Options of the density similarity with negative set mining (3.15).</summary>
public sealed record DensityNegativeOptions : DensityOptions
{
    /// <summary>eta of section 3.5.1, for the dissertation's features.</summary>
    public const double DefaultEta = 0.40;

    /// <summary>C of (3.15).</summary>
    public const double DefaultCost = 10;

    /// <summary>Negatives a point, a number the dissertation does not state for chapter 3.</summary>
    public const int DefaultNegatives = 100;

    /// <summary>eta: negatives lie beyond this cosine distance, in (0, 2].</summary>
    public double Eta
    {
        get;
        init => field = OptionRange.Above(value, 0, 2);
    }

    = DefaultEta;

    /// <summary>How many negatives.</summary>
    public int Negatives
    {
        get;
        init => field = OptionRange.Within(value, 1, ProximityAwareOptions.MostNegatives);
    }

    = DefaultNegatives;

    /// <summary>Which negatives.</summary>
    public SampleChoice NegativeChoice { get; init; }

    /// <summary>C of (3.15).</summary>
    public double Cost
    {
        get;
        init => field = OptionRange.Above(value, 0);
    }

    = DefaultCost;
}
